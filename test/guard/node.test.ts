import { isInterfaceType, isObjectType } from 'graphql';
import { createSchema } from '../../src/api-schema.js';
import { NODE_KINDS } from '../../src/node/node-kinds.js';

const schema = createSchema();
const withId = Object.values(schema.getTypeMap()).filter(
  (type) => isObjectType(type) && String(type.getFields().id?.type) === 'ID!',
);

test('every type with an id is a Node', () => {
  expect(withId.length).toBeGreaterThan(12);
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('there is no interface Node');
  const nodes = schema.getPossibleTypes(node).map((type) => type.name);
  expect(nodes.toSorted()).toEqual(withId.map((type) => type.name).toSorted());
});

test('node() reaches every type with an id (src/node/node-kinds.ts)', () => {
  expect(Object.keys(NODE_KINDS).toSorted()).toEqual(withId.map((type) => type.name).toSorted());
});
