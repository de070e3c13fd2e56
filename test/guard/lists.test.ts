import fs from 'node:fs';
import path from 'node:path';
import { queuedJobs, timetable } from '../../jobs/timetable.js';
import { ormOptions } from '../../mikro-orm.config.js';
import { CampaignStatus, CompletionReason } from '../../src/campaign/campaign.enums.js';
import { describeTerms } from '../../src/campaign/campaign.rules.js';
import { readSettings } from '../../src/infra/config.js';
import { PayoutMethod, PayoutRequestStatus } from '../../src/payout/payout.enums.js';
import { Platform } from '../../src/platform/platform.js';
import { ReadingOutcome } from '../../src/platform/view-probe.js';
import { ClipState, RejectionReason, SubmissionStatus } from '../../src/submission/submission.enums.js';
import { RoundStatus, RunStatus, RunTrigger } from '../../src/tracking/tracking.enums.js';
import { Role } from '../../src/user/user.entity.js';
import { createTestDatabase } from '../support/test-database.js';

const ROOT = path.join(import.meta.dirname, '..', '..');
const read = (...parts: string[]) => fs.readFileSync(path.join(ROOT, ...parts), 'utf8');

const filesBelow = (folder: string): string[] =>
  fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(name) : name.endsWith('.ts') ? [name] : [];
  });

const SOURCES = filesBelow('src').map((file) => ({ file, text: read(file) }));

/** The classes that carry a decorator, whatever stands between the two. */
const decorated = (decorator: string) =>
  SOURCES.flatMap(({ text }) =>
    [...text.matchAll(new RegExp(`^@${decorator}\\([\\s\\S]*?^(?:export )?(?:abstract )?class (\\w+)`, 'gm'))].map(
      ([, name]) => name as string,
    ),
  ).sort();

const settings = readSettings({});

test('mikro-orm.config.ts names every entity', () => {
  const named = (ormOptions.entities as { name: string }[]).map((entity) => entity.name).sort();
  expect(named).toEqual(decorated('Entity'));
});

test('src/api-schema.ts names every resolver', () => {
  const schema = read('src', 'api-schema.ts');
  const resolvers = decorated('Resolver');
  expect(resolvers.length).toBeGreaterThan(20);
  expect(resolvers.filter((name) => !new RegExp(`^ {6}${name},$`, 'm').test(schema))).toEqual([]);
});

test('the README names every scheduled job by its /cron address', () => {
  const readme = read('README.md');
  const jobs = timetable(settings).map((job) => job.name);
  expect(jobs.filter((name) => !readme.includes(`/cron/${name}`))).toEqual([]);
});

test('every file of jobs/ with a job is in the timetable', () => {
  const names = [...timetable(settings), ...queuedJobs(settings)].map((job) => job.name);
  expect(new Set(names).size).toBe(names.length);
  const listed = read('jobs', 'timetable.ts');
  const thin = filesBelow('jobs').filter((file) => !/\/(job|runner|timetable|slotted-job|slot\.rules)\.ts$/.test(file));
  expect(thin.length).toBeGreaterThan(4);
  expect(thin.filter((file) => !listed.includes(`'./${path.basename(file, '.ts')}.js'`))).toEqual([]);
});

test('every CHECK constraint that lists platforms lists all of them', async () => {
  const database = await createTestDatabase();
  try {
    const constraints = await database.query<{ name: string; definition: string }>(
      `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
       where contype = 'c' and connamespace = 'public'::regnamespace and pg_get_constraintdef(oid) like '%TIKTOK%'`,
    );
    expect(constraints.length).toBeGreaterThan(1);
    const lacking = constraints.flatMap(({ name, definition }) =>
      Object.values(Platform)
        .filter((platform) => !definition.includes(`'${platform}'`))
        .map((platform) => `${name} lacks ${platform}`),
    );
    expect(lacking).toEqual([]);
  } finally {
    await database.drop();
  }
});

test('every CHECK constraint on a column that lists the values of an enum lists all of them', async () => {
  const enums = Object.entries({
    Role,
    Platform,
    CampaignStatus,
    CompletionReason,
    SubmissionStatus,
    RejectionReason,
    ClipState,
    RoundStatus,
    RunStatus,
    RunTrigger,
    PayoutRequestStatus,
    PayoutMethod,
    ReadingOutcome,
  }).map(([name, values]) => ({ name, values: Object.values(values) as string[] }));
  const database = await createTestDatabase();
  try {
    const constraints = await database.query<{ name: string; definition: string }>(
      `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
       where contype = 'c' and connamespace = 'public'::regnamespace`,
    );
    const lists = constraints.flatMap(({ name, definition }) => {
      const list = /^CHECK \(\(\w+ = ANY \(ARRAY\[([^\]]*)\]\)\)\)$/.exec(definition)?.[1];
      return list?.includes("'")
        ? [{ name, listed: [...list.matchAll(/'(\w+)'/g)].map(([, value]) => value as string) }]
        : [];
    });
    expect(lists.map(({ name }) => name)).toContain('user_role_check');
    const lacking = lists.flatMap(({ name, listed }) => {
      const candidates = enums.filter(({ values }) => listed.every((value) => values.includes(value)));
      const whole = candidates.length === 0 || candidates.some(({ values }) => values.length === listed.length);
      return whole ? [] : [`${name} lists ${listed.join(', ')} of ${candidates.map((each) => each.name).join(' or ')}`];
    });
    expect(lacking).toEqual([]);
  } finally {
    await database.drop();
  }
});

test('describeTerms describes every term of a campaign', () => {
  const terms = /export interface CampaignTerms \{([\s\S]*?)\n\}/.exec(
    read('src', 'campaign', 'campaign.rules.ts'),
  )?.[1];
  const names = [...(terms ?? '').matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name as string);
  expect(names.length).toBeGreaterThan(8);
  const described = describeTerms({
    ...Object.fromEntries(names.map((name) => [name, null])),
    title: '',
    description: '',
    requirements: [],
  });
  expect(Object.keys(described).sort()).toEqual([...names].sort());
});

test('each term that may be null can be cleared by updateCampaign', () => {
  const terms = /export interface CampaignTerms \{([\s\S]*?)\n\}/.exec(
    read('src', 'campaign', 'campaign.rules.ts'),
  )?.[1];
  const nullable = [...(terms ?? '').matchAll(/^ {2}(\w+)\??:.*\| null;/gm)].map(([, name]) => name as string);
  const clearable = /CLEARABLE = new Set(?:<[^>]*>)?\(\[([^\]]*)\]/.exec(
    read('src', 'campaign', 'campaign.service.ts'),
  )?.[1];
  expect(nullable.filter((name) => !clearable?.includes(`'${name}'`))).toEqual([]);
});

test('docs/decisions/README.md lists every decision, and each has a date and a status', () => {
  const index = read('docs', 'decisions', 'README.md');
  const files = fs.readdirSync(path.join(ROOT, 'docs', 'decisions')).filter((name) => name !== 'README.md');
  expect(files.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  expect(
    files.filter(
      (name) => !/^Date: \d{4}-\d\d-\d\d\. Status: (accepted|superseded)/m.test(read('docs', 'decisions', name)),
    ),
  ).toEqual([]);
});
