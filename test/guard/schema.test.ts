import fs from 'node:fs';
import path from 'node:path';
import {
  type GraphQLArgument,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { createSchema } from '../../src/api-schema.js';

const schema = createSchema();
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));

test('the committed schema is the one that the code emits (npm run generate)', () => {
  const committed = fs.readFileSync(path.join(import.meta.dirname, '..', '..', 'schema', 'schema.graphql'), 'utf8');
  expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toBe(committed);
});

function undescribed(type: GraphQLNamedType): string[] {
  const missing = type.description ? [] : [type.name];
  if (isEnumType(type))
    return [
      ...missing,
      ...type.getValues().flatMap((value) => (value.description ? [] : `${type.name}.${value.name}`)),
    ];
  if (!isObjectType(type) && !isInputObjectType(type) && !isInterfaceType(type)) return missing;
  const fields = Object.values(type.getFields()).flatMap((field) => [
    ...(field.description ? [] : [`${type.name}.${field.name}`]),
    ...('args' in field
      ? field.args.flatMap((argument: GraphQLArgument) =>
          argument.description ? [] : `${type.name}.${field.name}(${argument.name})`,
        )
      : []),
  ]);
  return [...missing, ...fields];
}

test('every type, field, argument and enum value is described: the schema is the manual', () => {
  expect(types.flatMap(undescribed)).toEqual([]);
});

test('every scalar of ours names the specification of its form', () => {
  const unspecified = types.filter(
    (type) => isScalarType(type) && !isSpecifiedScalarType(type) && !type.specifiedByURL,
  );
  expect(unspecified.map((type) => type.name)).toEqual([]);
});

test('one room defines a field: of two the first would silently win', () => {
  const storage = getMetadataStorage();
  const named = new Map(storage.objectTypes.map((type) => [type.target, type.name]));
  const fields = [
    ...storage.objectTypes.flatMap((type) => type.fields?.map((field) => `${type.name}.${field.schemaName}`) ?? []),
    ...storage.fieldResolvers.flatMap((field) =>
      field.kind === 'external' && field.getObjectType
        ? [`${named.get(field.getObjectType())}.${field.schemaName}`]
        : [],
    ),
  ];
  const classes = new Map<string, Set<string>>();
  for (const field of storage.fieldResolvers.filter((each) => each.kind === 'external')) {
    const name = `${named.get(field.getObjectType?.() as never)}.${field.schemaName}`;
    classes.set(name, (classes.get(name) ?? new Set()).add(field.target.name));
  }
  expect(fields.length).toBeGreaterThan(100);
  expect([...classes].filter(([, names]) => names.size > 1).map(([name]) => name)).toEqual([]);
});

describe('simple resolvers', () => {
  const { objectTypes, fieldResolvers, fields, authorizedFields, middlewares } = getMetadataStorage();
  const computed = new Set(fieldResolvers.map((each) => `${each.target.name}.${each.methodName}`));
  const guarded = new Set([...authorizedFields, ...middlewares].map((each) => `${each.target.name}.${each.fieldName}`));

  test('every object type has them: a plain field is read from its row without a function call', () => {
    expect(objectTypes.filter((type) => !type.simpleResolvers).map((type) => type.name)).toEqual([]);
  });

  test('no guarded field has one: its guard would be skipped', () => {
    const skipped = fields.filter(
      (field) => guarded.has(`${field.target.name}.${field.name}`) && field.simple !== false,
    );
    expect(guarded.size).toBeGreaterThan(0);
    expect(skipped.map((field) => `${field.target.name}.${field.name}`)).toEqual([]);
  });

  test('no field of another name than its property has one: it would answer undefined', () => {
    const renamed = fields.filter((field) => field.schemaName !== field.name && field.simple !== false);
    expect(renamed.map((field) => `${field.target.name}.${field.name}`).filter((name) => !computed.has(name))).toEqual(
      [],
    );
  });
});
