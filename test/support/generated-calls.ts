import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

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

/** An operation as a client could send it. */
export interface Call {
  query: string;
  variables: Record<string, unknown>;
}

/** Makes operations of every field of a schema: right in form for the most part, hostile in content. */
export class GeneratedCalls {
  /** @param ids what there is, for arguments of type ID */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly ids: readonly string[],
  ) {}

  of(kind: 'query' | 'mutation', except: readonly string[] = []): fc.Arbitrary<Call> {
    const type = kind === 'query' ? this.schema.getQueryType() : this.schema.getMutationType();
    const fields = Object.values(type?.getFields() ?? {}).filter((field) => !except.includes(field.name));
    return fc.constantFrom(...fields).chain((field) => this.#callOf(kind, field));
  }

  /** Values of an input type: right in form for the most part, hostile in content. */
  #valuesOf(type: GraphQLInputType): fc.Arbitrary<unknown> {
    if (isNonNullType(type)) return fc.oneof({ weight: 30, arbitrary: this.#valuesOf(type.ofType) }, fc.constant(null));
    if (isListType(type))
      return fc.oneof(
        { weight: 5, arbitrary: fc.array(this.#valuesOf(type.ofType), { maxLength: 4 }) },
        fc.constant(Array(150).fill('x')),
        fc.constant('x'),
      );
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name), 'NOTHING', '', null);
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const shape = Object.fromEntries(fields.map((field) => [field.name, this.#valuesOf(field.type)]));
      const requiredKeys = fields.filter((field) => isNonNullType(field.type)).map((field) => field.name);
      return fc.oneof(
        { weight: 10, arbitrary: fc.record(shape, { requiredKeys }) },
        fc.constant({ __proto__x: 1 }),
        fc.constant('x'),
      );
    }
    const name = getNamedType(type).name;
    if (name === 'ID')
      return fc.oneof(
        fc.constantFrom(...this.ids),
        fc.constantFrom(...TEXTS, '01890a5d-ac96-774b-bcce-b302099a8057', 5),
      );
    return fc.constantFrom(...(BY_SCALAR[name] ?? TEXTS));
  }

  /** A selection below a type: leaves, and some of the rest. */
  #selectionOf(typeName: string, depth: number): fc.Arbitrary<string> {
    const type = this.schema.getType(typeName);
    if (!isObjectType(type)) return fc.constant('__typename');
    const fields = Object.values(type.getFields()).filter((field) =>
      field.args.every((arg) => !isNonNullType(arg.type)),
    );
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
              this.#selectionOf(getNamedType(field.type).name, depth - 1).map((below) => `${field.name} { ${below} }`),
            ),
          )
          .map((parts) => [names, ...parts].join(' ')),
      );
  }

  #callOf(kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>): fc.Arbitrary<Call> {
    const named = getNamedType(field.type);
    const variables = fc.record(Object.fromEntries(field.args.map((arg) => [arg.name, this.#valuesOf(arg.type)])), {
      requiredKeys: field.args.filter((arg) => isNonNullType(arg.type)).map((arg) => arg.name),
    });
    const selection = isLeafType(named)
      ? fc.constant('')
      : this.#selectionOf(named.name, 2).map((text) => `{ ${text} }`);
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
}
