import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** The one room that writes each table. `[]`: triggers of the database write it, nothing of src/ does. */
const WRITERS: Record<string, string[]> = {
  ad_account: ['adinsights'],
  ad_insight: ['adinsights'],
  ad_period: ['adinsights'],
  audit_event: ['audit'],
  audit_start: [],
  baseline_read: ['submission'],
  campaign: ['campaign'],
  campaign_event: ['campaign'],
  campaign_totals: [],
  clip: ['submission'],
  clip_submission: ['submission'],
  clipper_totals: [],
  clips_without_reading: ['campaign'],
  consistency_report: ['proof'],
  earning_entry: ['earnings'],
  erased_subject: ['user'],
  imported_row: ['legacy-import'],
  installation_secret: ['infra'],
  job_slot: ['infra'],
  law_start: [],
  notification: ['notification'],
  payout: ['payout'],
  payout_announcement: ['payout'],
  payout_request: ['payout'],
  rate_bucket: ['infra'],
  source_bucket: ['platform'],
  source_run: ['platform'],
  source_usage: ['platform'],
  tracking_batch: ['tracking'],
  tracking_round: ['tracking'],
  tracking_run: ['tracking'],
  tracking_slot: ['tracking'],
  user: ['user'],
  view_tracking: ['tracking'],
};

/** A use case may write a table of an earlier room where it needs one statement: each with its reason. */
const EXCEPTIONS: Record<string, string> = {
  'earnings clip': 'the settlement pays clips and moves their marks in one statement',
  'earnings clip_submission': 'the end of a campaign freezes final earnings and rejects what is pending',
};

/** An import brings whole ledgers: it writes what belongs to others, through a list of entities. */
const IMPORT = 'legacy-import';

const filesBelow = (folder: string): string[] =>
  fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(name) : name.endsWith('.ts') ? [name] : [];
  });
const SOURCES = [...filesBelow('src'), ...filesBelow('jobs')]
  .filter((file) => !file.startsWith('src/console/'))
  .map((file) => ({ file, text: fs.readFileSync(path.join(ROOT, file), 'utf8') }));
const roomOf = (file: string) => /^src\/([^/]+)\//.exec(file)?.[1] ?? path.dirname(file);

/** Class names of entities with their tables; two entities are imported under another name. */
const TABLES = new Map(
  SOURCES.flatMap(({ text }) =>
    [...text.matchAll(/tableName: '(\w+)'[\s\S]*?class (\w+)/g)].map(
      ([, table, name]) => [name, table] as [string, string],
    ),
  ),
);
const tableOf = (name: string, text: string) => {
  const renamed = new RegExp(`(\\w+) as ${name}\\b`).exec(text)?.[1];
  return TABLES.get(renamed ?? name);
};

const SQL_WRITE =
  /\b(?:insert\s+into|delete\s+from|merge\s+into|truncate(?:\s+table)?|(?<!for |for no key |do )update(?!\s+set))\s+"?(\w+)"?(?=\s+(?:set|as|where|values|select|using|default|\w+\s+set)|\s*\(|`|\s*$)/gim;
const KYSELY_WRITE = /\.(?:insertInto|updateTable|deleteFrom|mergeInto)\('(\w+)/g;
const ENTITY_WRITE =
  /\.(?:create|insert|insertMany|upsert|upsertMany|nativeUpdate|nativeDelete)(?:<[^>]*>)?\(\s*([A-Z]\w+)/g;

/** Comments name tables, too. */
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

function writesOf(text: string): string[] {
  const plain = code(text);
  const bySql = [...plain.matchAll(SQL_WRITE), ...plain.matchAll(KYSELY_WRITE)].map(([, table]) => table as string);
  const byEntity = [...plain.matchAll(ENTITY_WRITE)].map(([, name]) => tableOf(name as string, plain));
  return [...new Set([...bySql, ...byEntity])].filter((table): table is string => table !== undefined);
}

const WRITES = SOURCES.flatMap(({ file, text }) =>
  writesOf(text).map((table) => ({ file, room: roomOf(file), table })),
);

test('every table has its writer in the list, and the list names no other table', () => {
  expect([...TABLES.values()].sort()).toEqual(Object.keys(WRITERS).sort());
});

test('a table is written by its room alone', () => {
  const others = WRITES.filter(
    ({ room, table }) =>
      WRITERS[table] !== undefined &&
      !WRITERS[table].includes(room) &&
      room !== IMPORT &&
      EXCEPTIONS[`${room} ${table}`] === undefined,
  );
  expect(others.map(({ file, table }) => `${file} writes ${table}, which belongs to ${WRITERS[table]}`)).toEqual([]);
});

test('a table outside the list is one that the import makes for itself', () => {
  expect(
    WRITES.filter(({ table }) => WRITERS[table] === undefined).map(({ file, table }) => `${file}: ${table}`),
  ).toEqual(['src/legacy-import/import.sql.ts: import_event']);
});

test('each writer of the list does write, and each exception is used', () => {
  const found = new Set(WRITES.map(({ room, table }) => `${room} ${table}`));
  const unused = [
    ...Object.entries(WRITERS).flatMap(([table, rooms]) => rooms.map((room) => `${room} ${table}`)),
    ...Object.keys(EXCEPTIONS),
  ].filter((pair) => !found.has(pair) && !pair.startsWith(IMPORT));
  expect(unused).toEqual([]);
});

test('the guard sees each way to write', () => {
  const samples = [
    'sql`insert into payout (id) values (1)`',
    'sql`delete from payout where id = 1`',
    'sql`update payout p set amount = 1`',
    "db.updateTable('payout')",
    'em.create(Payout, {})',
    'em.nativeUpdate(Payout, {}, {})',
  ];
  expect(samples.map(writesOf)).toEqual(samples.map(() => ['payout']));
  expect(writesOf('select 1 from payout for update skip locked')).toEqual([]);
});

/** Money of campaigns, submissions, clips and the ledger. What a round paid (`earnings_added`) is a figure of the round. */
const MONEY =
  /\b(?:\w\.)(?:budget|cpm|earnings|amount|max_earnings|recorded_spent|final_earnings)\b|\bearning_entry\b|\bcampaign_totals\b|\bclipper_totals\b|\bpayout\w*\b/;

test('tracking/ selects no money', () => {
  const lines = SOURCES.filter(({ file }) => file.startsWith('src/tracking/') && file.endsWith('.sql.ts')).flatMap(
    ({ file, text }) =>
      code(text)
        .split('\n')
        .filter((line) => MONEY.test(line))
        .map((line) => `${file}: ${line.trim()}`),
  );
  expect(lines).toEqual([]);
  expect(MONEY.test('select c.budget - t.earnings as remaining')).toBe(true);
});
