import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { createSchema } from '../../src/api-schema.js';
import { GeneratedCalls } from '../support/generated-calls.js';
import { expectLawsHold } from '../support/laws.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { makeWorld, type World } from '../support/world.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const seed = process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : undefined;

let bed: Testbed;
let world: World;
let calls: GeneratedCalls;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000' },
    linkResolver: { locationOf: async () => null },
  });
  world = await makeWorld(bed);
  const ids = [world.campaignId, world.submissionId, world.requestId, world.notificationId, world.ownerId, world.runId];
  calls = new GeneratedCalls(createSchema(), ids);
  // From here on nothing happens but what is asked for.
  await bed.queue.stop(2_000);
});
afterAll(() => bed.stop());

const callers = fc.constantFrom('admin', 'owner', 'other', null);
const LEAKS =
  /INTERNAL_SERVER_ERROR|\bat .*\.(js|ts):|node_modules|select |insert into|violates|syntax error at|ECONN|PostgreSQL|MikroORM|kysely/i;

/** A server that a call cannot bring down or make talk: a 4xx or an answer, in JSON, in its own words. */
async function expectCalm(body: string, caller: string | null): Promise<{ errors?: unknown[]; data?: unknown }> {
  const response = await fetch(`${bed.address}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(caller === null ? {} : { authorization: `Bearer ${await bed.token(caller)}` }),
    },
    body,
  });
  const text = await response.text();
  expect([response.status < 500, LEAKS.exec(text)?.[0]]).toEqual([true, undefined]);
  return JSON.parse(text) as { errors?: unknown[] };
}

const TABLES = [
  'campaign',
  'campaign_event',
  'clip_submission',
  'clip',
  'earning_entry',
  'view_tracking',
  'payout_request',
  'payout',
  'notification',
  'audit_event',
  'tracking_run',
  'tracking_round',
  'campaign_totals',
  'clipper_totals',
];
async function digest(): Promise<string> {
  const parts = TABLES.map(
    (table) => `(select coalesce(md5(string_agg(t::text, '' order by t::text)), '') from ${table} t)`,
  );
  const [row] = await bed.database.query<{ digest: string }>(`select concat(${parts.join(', ')}) as digest`);
  return row?.digest ?? '';
}

test('whatever a query asks for and with whatever values, the server answers in its own words', async () => {
  await fc.assert(
    fc.asyncProperty(calls.of('query'), callers, async (call, caller) => {
      await expectCalm(JSON.stringify(call), caller);
    }),
    { numRuns: RUNS, seed },
  );
}, 600_000);

test('whatever a mutation is given, the server answers in its own words, and what it refuses has changed nothing', async () => {
  let before = await digest();
  await fc.assert(
    fc.asyncProperty(calls.of('mutation'), callers, async (call, caller) => {
      const { errors } = await expectCalm(JSON.stringify(call), caller);
      const after = await digest();
      if (errors) expect(after).toBe(before);
      before = after;
    }),
    { numRuns: RUNS, seed },
  );
  await expectLawsHold(bed.database);
}, 600_000);

test('whatever is done to a document, the server answers in its own words', async () => {
  const folder = path.join(import.meta.dirname, '..', '..', 'schema', 'operations');
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  const texts = files.map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
  const noise = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '$',
    '!',
    ':',
    '...',
    '"',
    '"""',
    '@skip(if: true)',
    '\u0000',
    '\ud800',
    '#',
    '[',
    '{{{{',
    'fragment a on User { ...a }',
    ' ',
    '\\u{110000}',
  );
  const edits = fc.array(fc.tuple(fc.nat(3_000), fc.nat(5), noise), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...texts), edits, callers, async (text, changes, caller) => {
      const query = changes.reduce(
        (now, [at, cut, put]) => now.slice(0, at % now.length) + put + now.slice((at % now.length) + cut),
        text,
      );
      await expectCalm(JSON.stringify({ query, variables: { id: world.campaignId, first: 3 } }), caller);
    }),
    { numRuns: RUNS, seed },
  );
}, 600_000);

test('whatever the body is, the server answers in its own words', async () => {
  const bodies = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc
      .record({
        query: fc.anything(),
        variables: fc.anything(),
        operationName: fc.anything(),
        extensions: fc.anything(),
      })
      .map((body) => {
        try {
          return JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? String(value) : value)) ?? '';
        } catch {
          return '[';
        }
      }),
  );
  await fc.assert(
    fc.asyncProperty(bodies, callers, async (body, caller) => {
      await expectCalm(body, caller);
    }),
    { numRuns: RUNS, seed },
  );
}, 600_000);
