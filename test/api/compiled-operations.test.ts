import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import { createSchema } from '../../src/api-schema.js';
import { countFields } from '../../src/infra/graphql/compiled-operations.js';
import { type Call, GeneratedCalls } from '../support/generated-calls.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { makeWorld, type World } from '../support/world.js';

const RUNS = Number(process.env.FUZZ_RUNS ?? 250);
const seed = process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : undefined;
const OPERATIONS = path.resolve('schema/operations');
/** What asks an outside source, or the clock, does not answer the same twice. */
const CHANGING = ['exportMyData', 'probeViews', 'consistencyReport', 'Consistency'];

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

async function answer(call: Call, caller: string | null): Promise<unknown> {
  const { status, data, errors } = await bed.send(call.query, call.variables, caller);
  const inOrder = errors?.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  return { status, data, errors: inOrder };
}

/** The first answers come from graphql-js, from the third on from the compiled operation. */
async function expectSameCompiled(call: Call, caller: string | null): Promise<void> {
  const plain = await answer(call, caller);
  await answer(call, caller);
  await answer(call, caller);
  expect(await answer(call, caller)).toEqual(plain);
}

const QUERIES = fs
  .readdirSync(OPERATIONS)
  .flatMap((file) => {
    const text = fs.readFileSync(path.join(OPERATIONS, file), 'utf8');
    const document = parse(text);
    return document.definitions.flatMap((each) => {
      if (each.kind !== 'OperationDefinition' || each.operation !== 'query' || !each.name) return [];
      return [{ file, name: each.name.value, text, operation: getOperationAST(document, each.name.value) }];
    });
  })
  .filter(({ name }) => !CHANGING.some((each) => name.toLowerCase() === each.toLowerCase()));

test.each(QUERIES)('$name of $file answers the same when it is compiled', async ({ name, text, operation }) => {
  const ID: Record<string, string> = { userId: world.ownerId, runId: world.runId, submissionId: world.submissionId };
  const variables: Record<string, unknown> = {};
  for (const { variable, type } of operation?.variableDefinitions ?? []) {
    if (type.kind !== 'NonNullType') continue;
    const given = variable.name.value;
    variables[given] = ID[given] ?? (/submission/i.test(name) ? world.submissionId : world.campaignId);
  }
  for (const caller of ['admin', 'owner', null]) {
    const send = async () => {
      const response = await fetch(`${bed.address}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(caller ? { authorization: `Bearer ${await bed.token(caller)}` } : {}),
        },
        body: JSON.stringify({ query: text, operationName: name, variables }),
      });
      return { status: response.status, body: await response.json() };
    };
    const plain = await send();
    for (let times = 0; times < 3; times += 1) expect(await send()).toEqual(plain);
  }
});

test('whatever query is generated answers the same, errors included, when it is compiled', async () => {
  const callers = fc.constantFrom('admin', 'owner', 'other', null);
  await fc.assert(fc.asyncProperty(calls.of('query', CHANGING), callers, expectSameCompiled), { numRuns: RUNS, seed });
}, 600_000);

test('an operation that fragments make large is not compiled: its code would fill the memory', () => {
  const fragments = Array.from(
    { length: 9 },
    (_, index) =>
      `fragment F${index} on Campaign { ...F${index + 1} a${index}: id submissions { nodes { campaign { ...F${index + 1} } } } }`,
  );
  const document = parse(
    `{ campaigns { nodes { ...F0 } } } ${fragments.join(' ')} fragment F9 on Campaign { id title }`,
  );
  const operation = getOperationAST(document);
  expect(operation && countFields(document, operation)).toBeGreaterThan(2_000);
  const small = parse('{ campaigns { nodes { ...F ... on Campaign { title } } } } fragment F on Campaign { id }');
  const ofSmall = getOperationAST(small);
  expect(ofSmall && countFields(small, ofSmall)).toBe(4);
});

test.each(QUERIES)('$name of $file is small enough to be compiled', ({ text, operation }) => {
  expect(operation && countFields(parse(text), operation)).toBeLessThanOrEqual(300);
});

test('an operation with fragments, aliases, @skip and @include answers the same when it is compiled', async () => {
  const query = `query ($with: Boolean!, $without: Boolean!) {
    campaigns(first: 3) { edges { cursor node { ...Figures title @skip(if: $with) } } }
    open: campaigns(first: 2, status: [ACTIVE]) { totalCount nodes { ...Figures ... on Campaign { cpm @include(if: $without) } } } }
    fragment Figures on Campaign { id spent @include(if: $with) budget __typename }`;
  for (const variables of [
    { with: true, without: false },
    { with: false, without: true },
    { with: 'yes', without: true },
    {},
  ])
    await expectSameCompiled({ query, variables }, 'owner');
});
