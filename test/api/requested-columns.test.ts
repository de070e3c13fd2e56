import {
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { createSchema } from '../../src/api-schema.js';
import { fieldsOfNodes } from '../../src/infra/graphql/requested-columns.js';
import { ADMIN } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { makeWorld, type World } from '../support/world.js';

const schema = createSchema();
let bed: Testbed;
let world: World;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  world = await makeWorld(bed);
  await bed.queue.stop(2_000);
});
afterAll(() => bed.stop());

/** Lists whose columns are read on demand: the element's type, and how its fields are asked for. */
const LISTS: [string, string, (fields: string) => string][] = [
  ['campaigns', 'Campaign', (fields) => `{ campaigns { nodes { ${fields} } } }`],
  ['campaigns by their edges', 'Campaign', (fields) => `{ campaigns { edges { node { ${fields} } } } }`],
  ['submissions', 'ClipSubmission', (fields) => `{ submissions { nodes { ${fields} } } }`],
  [
    'submissions of a campaign',
    'ClipSubmission',
    (fields) => `{ campaigns(first: 3) { nodes { submissions { nodes { ${fields} } } } } }`,
  ],
  [
    'submissions of a user',
    'ClipSubmission',
    (fields) =>
      `{ user(id: "OWNER") { submissions { nodes { ...All } } } } fragment All on ClipSubmission { ${fields} }`,
  ],
  ['a submission', 'ClipSubmission', (fields) => `{ outer: submission(id: "SUBMISSION") { ${fields} } }`],
  ['clips', 'Clip', (fields) => `{ clips { nodes { ${fields} } } }`],
  ['clips of submissions', 'Clip', (fields) => `{ submissions { nodes { clip { ${fields} } } } }`],
  [
    'clips of campaigns',
    'Clip',
    (fields) =>
      `{ campaigns(first: 3) { nodes { submissions { nodes { ... on ClipSubmission { clip { ${fields} } } } } } } }`,
  ],
  ['the clip of a submission', 'Clip', (fields) => `{ outer: submission(id: "SUBMISSION") { clip { ${fields} } } }`],
  ['readings', 'ViewTracking', (fields) => `{ clips { nodes { readings { nodes { ${fields} } } } } }`],
  ['earning entries', 'EarningEntry', (fields) => `{ clips { nodes { earningEntries { nodes { ${fields} } } } } }`],
];

/** A field with, where it is no leaf, the leaves below it. */
function fieldsOf(typeName: string): string[] {
  const type = schema.getType(typeName) as GraphQLObjectType;
  const simple = (field: { args: readonly { type: unknown }[] }) => !field.args.some((arg) => isNonNullType(arg.type));
  return (
    Object.values(type.getFields())
      .filter(simple)
      // A forecast is made for the moment it is asked for.
      .filter((field) => field.name !== 'forecast')
      .flatMap((field) => {
        const below = getNamedType(field.type);
        if (isLeafType(below)) return [field.name];
        if (!isObjectType(below)) return [];
        const leaves = Object.values(below.getFields()).filter(
          (each) => isLeafType(getNamedType(each.type)) && simple(each),
        );
        return [`${field.name} { ${leaves.map((each) => each.name).join(' ')} }`];
      })
  );
}

test.each(LISTS)('%s answer each field by itself as they answer it among all others', async (_name, type, queryOf) => {
  const ask = async (fields: string) => {
    const query = queryOf(fields).replace('OWNER', world.ownerId).replace('SUBMISSION', world.submissionId);
    const { data, errors } = await bed.send<Record<string, unknown>, object>(query, {}, ADMIN);
    expect(errors).toBeUndefined();
    return elementsOf(data, fields);
  };
  const fields = fieldsOf(type);
  const whole = await ask(fields.join(' '));
  expect(whole.length).toBeGreaterThan(0);
  for (const field of fields) {
    const name = field.split(' ')[0] as string;
    expect([name, (await ask(field)).map((each) => each[name])]).toEqual([name, whole.map((each) => each[name])]);
  }
});

/** The objects of an answer that hold the first of the fields asked for, from the outside in. */
function elementsOf(value: unknown, fields: string): Record<string, unknown>[] {
  const first = fields.split(' ')[0] as string;
  const walk = (each: unknown): Record<string, unknown>[] => {
    if (Array.isArray(each)) return each.flatMap(walk);
    if (typeof each !== 'object' || each === null) return [];
    if (first in each) return [each as Record<string, unknown>];
    return Object.values(each).flatMap(walk);
  };
  return walk(value);
}

test('fragments that spread each other twice over are looked at once each', async () => {
  const chain = Array.from(
    { length: 40 },
    (_, n) => `fragment F${n} on Campaign { ...F${n + 1} ... on Campaign { ...F${n + 1} } }`,
  );
  const document = parse(`{ campaigns { nodes { ...F0 } } } ${chain.join(' ')} fragment F40 on Campaign { id title }`);
  const [operation, ...rest] = document.definitions as [OperationDefinitionNode, ...FragmentDefinitionNode[]];
  const fragments = Object.fromEntries(rest.map((each) => [each.name.value, each]));
  const info = { fieldNodes: operation.selectionSet.selections, fragments } as unknown as GraphQLResolveInfo;
  expect([...fieldsOfNodes(info)]).toEqual(['id', 'title']);
});
