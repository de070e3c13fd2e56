import fs from 'node:fs';
import path from 'node:path';
import { getVariableValues, Kind, parse, validate } from 'graphql';
import { createSchema } from '../../src/api-schema.js';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'schema', 'operations');
const samples = JSON.parse(fs.readFileSync(path.join(FOLDER, 'samples.json'), 'utf8')) as Record<string, object>;
const files = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.graphql'));
const schema = createSchema();

test('each file of operations is valid by itself: it is a tab of the playground', () => {
  const wrong = files.flatMap((file) =>
    validate(schema, parse(fs.readFileSync(path.join(FOLDER, file), 'utf8'))).map(
      ({ message }) => `${file}: ${message}`,
    ),
  );
  expect(wrong).toEqual([]);
});

test('samples.json has valid variables for every operation that the playground offers', () => {
  expect(Object.keys(samples).toSorted()).toEqual(files.map((file) => path.basename(file, '.graphql')).toSorted());
  const wrong = files.flatMap((file) => {
    const given = samples[path.basename(file, '.graphql')] as Record<string, unknown>;
    return parse(fs.readFileSync(path.join(FOLDER, file), 'utf8')).definitions.flatMap((each) => {
      if (each.kind !== Kind.OPERATION_DEFINITION) return [];
      const { errors } = getVariableValues(schema, each.variableDefinitions ?? [], given);
      return (errors ?? []).map(({ message }) => `${file} ${each.name?.value}: ${message}`);
    });
  });
  expect(wrong).toEqual([]);
});
