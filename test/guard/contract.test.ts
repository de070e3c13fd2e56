import fs from 'node:fs';
import path from 'node:path';
import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';

const ROOT = path.join(import.meta.dirname, '..', '..');
const read = (...names: string[]) => buildSchema(fs.readFileSync(path.join(ROOT, ...names), 'utf8'));

test('the schema holds all that was promised to clients, under its names, types and defaults', () => {
  const promised = read('test', 'guard', 'contract.graphql');
  const emitted = read('schema', 'schema.graphql');
  const broken = findBreakingChanges(promised, emitted).map((change) => change.description);
  const changed = findDangerousChanges(promised, emitted)
    .filter((change) => change.type === 'ARG_DEFAULT_VALUE_CHANGE')
    .map((change) => change.description);
  expect([...broken, ...changed]).toEqual([]);
  expect(Object.keys(promised.getQueryType()?.getFields() ?? {}).length).toBe(24);
});
