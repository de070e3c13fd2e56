import pg from 'pg';
import {
  PauseCampaignDocument,
  RequestPayoutDocument,
  SubmitClipDocument,
  UpdateCampaignDocument,
} from '../../schema/generated/graphql.js';
import { resumeCampaign } from '../../src/campaign/campaign.service.js';
import { viewerOf } from '../../src/user/grants.js';
import { Role } from '../../src/user/user.entity.js';
import { ADMIN, newCampaign, newClip, newEarnings } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

/** The pool of a testbed, and what users' transactions may take of it. */
const HALF_OF_POOL = 4;

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

/** Holds a row's lock, as a long settlement does, until it is let go. */
async function lockRow(table: 'campaign' | '"user"', column: string, value: string) {
  const client = new pg.Client(bed.database.url);
  await client.connect();
  await client.query('begin');
  const { rowCount } = await client.query(`select 1 from ${table} where ${column} = $1 for no key update`, [value]);
  expect(rowCount).toBe(1);
  return {
    async free() {
      await client.query('rollback');
      await client.end();
    },
  };
}

const codeOf = (answer: { errors?: { extensions: { code: string } }[] }) => answer.errors?.[0]?.extensions.code ?? 'ok';
/** Connections of the application that wait for a lock or hold a transaction open. */
const held = async () => {
  const [row] = await bed.database.query<{ held: number }>(
    `select count(*)::int as held from pg_stat_activity where datname = current_database() and application_name <> 'pgboss'
       and query like '%for no key update%' and (wait_event_type = 'Lock' or state like 'idle in transaction%') and query !~ 'select 1 from'`,
  );
  return row?.held ?? 0;
};

test('issue B12: 24 mutations that wait for one campaign leave connections to reads and to /readyz, and are CONFLICT', async () => {
  const id = await newCampaign(bed);
  const lock = await lockRow('campaign', 'id', id);
  let open = 24;
  const mutations = Array.from({ length: open }, (_, n) =>
    bed.send(UpdateCampaignDocument, { id, input: { title: `T${n}` } }, n % 2 ? ADMIN : 'admin2').then((answer) => {
      open -= 1;
      return answer;
    }),
  );
  let most = 0;
  let looks = 0;
  while (open > 0) {
    const ready = await fetch(`${bed.address}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    await bed.ask('{ campaigns(first: 1) { totalCount nodes { title } } }', {}, null);
    const now = await held();
    most = now > most ? now : most;
    looks += 1;
  }
  const answers = await Promise.all(mutations);
  expect(answers.map(codeOf)).toEqual(Array(24).fill('CONFLICT'));
  expect(answers[0]?.errors?.[0]?.message).toMatch(/^Busy: .* Try again in a few seconds\.$/);
  expect(looks).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(HALF_OF_POOL);
  await lock.free();
  await bed.ask(UpdateCampaignDocument, { id, input: { title: 'Free' } }, ADMIN);
});

test('issue B12: submitClip, whose read is bought, and background work wait until a mutation has long been refused', async () => {
  const id = await newCampaign(bed);
  await bed.ask(PauseCampaignDocument, { id }, ADMIN);
  const [row] = await bed.database.query<{ id: string }>(`select id from "user" where email = 'admin@example.com'`);
  await resumeCampaign(bed.database.orm.em, bed.deps, viewerOf({ id: row?.id ?? '', role: Role.ADMIN }), id);
  const other = await newCampaign(bed);
  await bed.ask(PauseCampaignDocument, { id: other }, ADMIN);
  const locks = [await lockRow('campaign', 'id', id), await lockRow('campaign', 'id', other)];
  let ended = 0;
  const count = <T>(value: T) => {
    ended += 1;
    return value;
  };
  const submitted = bed.send(SubmitClipDocument, { campaignId: id, url: newClip(bed, [7]).url }, 'clipper').then(count);
  // Not called by the API: this is how jobs call services.
  const resumed = resumeCampaign(
    bed.database.orm.em,
    bed.deps,
    viewerOf({ id: row?.id ?? '', role: Role.ADMIN }),
    other,
  ).then(count);
  const refused = await bed.send(UpdateCampaignDocument, { id, input: { title: 'x' } }, ADMIN);
  expect([codeOf(refused), ended]).toEqual(['CONFLICT', 0]);
  for (const lock of locks) await lock.free();
  expect(codeOf(await submitted)).toBe('ok');
  expect((await resumed).status).toBe('ACTIVE');
});

test('issue B12: a user’s lock is waited for alike, and a lock that is taken for a moment refuses nobody', async () => {
  await newEarnings(bed, 'ann', '40.00');
  const input = { amount: '20.00', method: 'PAYPAL' as const, details: 'me@example.com' };
  const long = await lockRow('"user"', 'email', 'ann@example.com');
  expect(codeOf(await bed.send(RequestPayoutDocument, { input }, 'ann'))).toBe('CONFLICT');
  await long.free();
  const short = await lockRow('"user"', 'email', 'ann@example.com');
  const request = bed.send(RequestPayoutDocument, { input }, 'ann');
  // A try that finds the lock taken gives its connection back: its transaction rolls back.
  const [before] = await rollbacks();
  for (let tries = 0; tries < 1_000 && ((await rollbacks())[0] ?? 0) === before; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await short.free();
  expect(codeOf(await request)).toBe('ok');
});

const rollbacks = async () =>
  (
    await bed.database.query<{ count: number }>(
      'select xact_rollback::int as count from pg_stat_database where datname = current_database()',
    )
  ).map((row) => row.count);
