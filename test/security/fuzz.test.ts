import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { createSchema } from '../../src/api-schema.js';
import { expectLawsHold } from '../support/laws.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { makeWorld, type World } from '../support/world.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const seed = process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : undefined;

const schema = createSchema();
let bed: Testbed;
let world: World;
let ids: string[];
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000' },
    linkResolver: { locationOf: async () => null },
  });
  world = await makeWorld(bed);
  ids = [world.campaignId, world.submissionId, world.requestId, world.notificationId, world.ownerId, world.runId];
  // From here on nothing happens but what is asked for.
  await bed.queue.stop(2_000);
}, 60_000);
afterAll(() => bed.stop());

const TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202egnp.exe',
  'x'.repeat(20_000),
  "'; drop table clip; --",
  '" or 1=1 --',
  '%_\\',
  '{{7*7}}',
  '../../../../etc/passwd',
  '<script>alert(1)</script>',
  '\u0661\u0662',
  'NaN',
  '__proto__',
  '{"a":1}',
  'https://vm.tiktok.com/x',
  'https://www.tiktok.com/@u/video/7543693751290481942',
  'http://169.254.169.254/',
  '2026-11',
  'TX-1',
];
const BY_SCALAR: Record<string, unknown[]> = {
  String: TEXTS,
  Money: [
    '20.00',
    '0.01',
    '1e3',
    '-1',
    '0.0000001',
    '9'.repeat(40),
    '1,5',
    '\u0661',
    '',
    5,
    null,
    '9999999999999.999999',
  ],
  SafeInt: [0, -1, 1.5, 2 ** 53, 2 ** 60, '5', null],
  Int: [1, 0, -1, 100, 101, 2 ** 31, 1.5, '5', null],
  Float: [0, -1, 1e308, null],
  Boolean: [true, false, 'true', 0, null],
  DateTime: [
    '2026-11-20T08:00:00.000Z',
    '2026-02-30T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2026-11-20',
    5,
    null,
  ],
  Date: ['2026-11-20', '2026-02-30', '0001-01-01', '9999-12-31', '10000-01-01', '', null],
};

/** Values of an input type: right in form for the most part, hostile in content. */
function valuesOf(type: GraphQLInputType): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return fc.oneof({ weight: 30, arbitrary: valuesOf(type.ofType) }, fc.constant(null));
  if (isListType(type))
    return fc.oneof(
      { weight: 5, arbitrary: fc.array(valuesOf(type.ofType), { maxLength: 4 }) },
      fc.constant(Array(150).fill('x')),
      fc.constant('x'),
    );
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name), 'NOTHING', '', null);
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const shape = Object.fromEntries(fields.map((field) => [field.name, valuesOf(field.type)]));
    const requiredKeys = fields.filter((field) => isNonNullType(field.type)).map((field) => field.name);
    return fc.oneof(
      { weight: 10, arbitrary: fc.record(shape, { requiredKeys }) },
      fc.constant({ __proto__x: 1 }),
      fc.constant('x'),
    );
  }
  const name = getNamedType(type).name;
  if (name === 'ID')
    return fc.oneof(fc.constantFrom(...ids), fc.constantFrom(...TEXTS, '01890a5d-ac96-774b-bcce-b302099a8057', 5));
  return fc.constantFrom(...(BY_SCALAR[name] ?? TEXTS));
}

/** A selection below a type: leaves, and some of the rest. */
function selectionOf(typeName: string, depth: number): fc.Arbitrary<string> {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return fc.constant('__typename');
  const fields = Object.values(type.getFields()).filter((field) => field.args.every((arg) => !isNonNullType(arg.type)));
  const leaves = fields.filter((field) => isLeafType(getNamedType(field.type))).map((field) => field.name);
  const nested = fields.filter((field) => !isLeafType(getNamedType(field.type)));
  const some = fc.subarray([...leaves, '__typename'], { minLength: 1 }).map((names) => names.join(' '));
  if (depth === 0 || nested.length === 0) return some;
  return fc
    .tuple(some, fc.subarray(nested, { maxLength: nested.length > 2 ? 2 : nested.length }))
    .chain(([names, chosen]) =>
      fc
        .tuple(
          ...chosen.map((field) =>
            selectionOf(getNamedType(field.type).name, depth - 1).map((below) => `${field.name} { ${below} }`),
          ),
        )
        .map((parts) => [names, ...parts].join(' ')),
    );
}

interface Call {
  query: string;
  variables: Record<string, unknown>;
}

function callOf(kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>): fc.Arbitrary<Call> {
  const named = getNamedType(field.type);
  const variables = fc.record(Object.fromEntries(field.args.map((arg) => [arg.name, valuesOf(arg.type)])), {
    requiredKeys: field.args.filter((arg) => isNonNullType(arg.type)).map((arg) => arg.name),
  });
  const selection = isLeafType(named) ? fc.constant('') : selectionOf(named.name, 2).map((text) => `{ ${text} }`);
  return fc.tuple(variables, selection).map(([given, below]) => {
    const used = field.args.filter((arg) => arg.name in given);
    const declared = used.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
    const passed = used.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
    return {
      query: `${kind} ${declared && `(${declared})`} { ${field.name}${passed && `(${passed})`} ${below} }`,
      variables: given as Record<string, unknown>,
    };
  });
}

const calls = (kind: 'query' | 'mutation') => {
  const type = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  return fc.constantFrom(...Object.values(type?.getFields() ?? {})).chain((field) => callOf(kind, field));
};

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
    fc.asyncProperty(calls('query'), callers, async (call, caller) => {
      await expectCalm(JSON.stringify(call), caller);
    }),
    { numRuns: RUNS, seed },
  );
}, 600_000);

test('whatever a mutation is given, the server answers in its own words, and what it refuses has changed nothing', async () => {
  let before = await digest();
  await fc.assert(
    fc.asyncProperty(calls('mutation'), callers, async (call, caller) => {
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
  const texts = fs.readdirSync(folder).map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
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
