import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { dayExists } from '../../shared/clock.js';
import { formatMoney, MONEY_FORM, parseMoney } from '../../shared/money.js';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What a scalar must look like; graphql-js says where it stood. */
function refuse(scalar: string, form: string): never {
  throw new GraphQLError(`${scalar} must be ${form}.`, { extensions: { code: 'BAD_USER_INPUT' } });
}

function scalarOf<Internal, External>(
  name: string,
  description: string,
  specifiedByURL: string,
  serialize: (value: unknown) => External,
  parse: (value: unknown) => Internal,
): GraphQLScalarType<Internal, External> {
  return new GraphQLScalarType({
    name,
    description,
    specifiedByURL,
    serialize,
    parseValue: parse,
    parseLiteral: (node) => parseAt(node, parse),
  });
}

/** graphql-js does not add the place of a literal to an error that is a GraphQLError already. */
function parseAt<Internal>(node: ValueNode, parse: (value: unknown) => Internal): Internal {
  try {
    return parse(literal(node));
  } catch (error) {
    const { message, extensions } = error as GraphQLError;
    throw new GraphQLError(message, { nodes: node, extensions });
  }
}

function literal(node: ValueNode): unknown {
  if (node.kind === Kind.STRING) return node.value;
  if (node.kind === Kind.INT) return BigInt(node.value);
  return undefined;
}

/** Micros inside, a decimal string outside. @see docs/domain.md M3 */
export const Money = scalarOf<bigint, string>(
  'Money',
  'Exact decimal in the installation\'s currency, as a string: 2 to 6 decimals, e.g. "2449.00", "0.00137".',
  'https://www.w3.org/TR/xmlschema11-2/#decimal',
  (value) => formatMoney(BigInt(value as bigint)),
  (value) => (typeof value === 'string' ? parseMoney(value) : null) ?? refuse('Money', MONEY_FORM),
);

/** A bigint inside, a JSON number outside. */
export const SafeInt = scalarOf<bigint, number>(
  'SafeInt',
  'Integer up to 2^53 - 1, as a JSON number.',
  'https://www.rfc-editor.org/rfc/rfc8259#section-6',
  (value) => {
    const integer = BigInt(value as bigint | number);
    if (integer > MAX_SAFE || integer < -MAX_SAFE) throw new GraphQLError('SafeInt out of range.');
    return Number(integer);
  },
  (value) => {
    const integer = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : null;
    return integer === null || integer < 0n || integer > MAX_SAFE
      ? refuse('SafeInt', 'a whole number from 0 to 9007199254740991')
      : integer;
  },
);

/** A Date inside, an RFC 3339 text in UTC outside. */
export const DateTime = scalarOf<Date, string>(
  'DateTime',
  'RFC 3339 instant in UTC, milliseconds: "2026-11-20T08:00:00.000Z".',
  'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  (value) => new Date(value as Date | string).toISOString(),
  (value) => {
    const instant = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : null;
    if (!instant || Number.isNaN(instant.getTime()) || !dayExists(String(value).slice(0, 10))) {
      return refuse('DateTime', 'an RFC 3339 instant such as "2026-11-20T08:00:00.000Z"');
    }
    return instant;
  },
);

/** A text YYYY-MM-DD on both sides. */
export const CalendarDate = scalarOf<string, string>(
  'Date',
  'Calendar day in UTC: "2026-11-20".',
  'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : String(value)),
  (value) =>
    typeof value === 'string' && DAY.test(value) && dayExists(value)
      ? value
      : refuse('Date', 'a day such as "2026-11-20"'),
);
