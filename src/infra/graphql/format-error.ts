import { unwrapResolverError } from '@apollo/server/errors';
import { type DocumentNode, GraphQLError, type GraphQLFormattedError, Kind, parse, visit } from 'graphql';
import { DomainError } from '../../shared/errors.js';
import { outageError } from '../database/outage.rules.js';
import { databaseCode } from '../database/transaction.js';
import { LIMIT_MESSAGE, tooComplex } from './query-limits.js';

const QUERY_CANCELED = '57014';
const LOCK_NOT_AVAILABLE = '55P03';
const ALLOWED = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'QUERY_TOO_COMPLEX',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);
/** Where graphql-js says which variable is wrong. */
const VARIABLE = /^Variable "\$(\w+)" got invalid value .*?(?: at "([^"]+)")?; (.*)$/s;
/** What our scalars and graphql-js say of a literal that is not of its type. */
const VALUE_ERROR =
  /^(Money|SafeInt|DateTime|Date) must be |cannot represent|^Expected value of type|^Enum "|^Value "|does not exist in "|^Field ".*" of required type|is not defined by type/;
/**
 * graphql-js would help to find what is there, enum values included: that is what introspection is for, where it is
 * open.
 */
const SUGGESTION = / Did you mean [^?]*\?/g;
/** graphql-js stops looking; the errors before it say what is wrong. */
const TOO_MANY_ERRORS = /^Too many (validation )?errors/;
/** What Apollo says of a persisted query without giving it a code. */
const BAD_PERSISTED_QUERY = /^(provided sha does not match query|Unsupported persisted query version)$/;
const UNSET_VARIABLE = /^Variable "\$(\w+)" of (?:required|non-null) type/;

/**
 * The answer to a client about an error: a code of the contract, a message that says what would be accepted, the field.
 * Whatever is not meant for clients becomes INTERNAL_SERVER_ERROR and goes to `report`.
 */
export function createFormatError(
  report: (error: unknown) => void,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (given, wrapped) => {
    const formatted = { ...given, message: given.message.replace(SUGGESTION, '') };
    const error =
      wrapped instanceof GraphQLError && wrapped.originalError ? wrapped.originalError : unwrapResolverError(wrapped);
    if (error instanceof DomainError)
      return { ...formatted, message: error.message, extensions: { code: error.code, ...error.details } };
    if (LIMIT_MESSAGE.test(formatted.message)) {
      const { code, message } = tooComplex(formatted.message.replace('Syntax Error: ', '').replace(/[.,].*$/, ''));
      return { ...formatted, message, extensions: { code } };
    }
    const input = wrapped instanceof GraphQLError ? inputError(formatted, wrapped) : undefined;
    if (input) return { ...input, message: input.message.replace(SUGGESTION, '') };
    const code = TOO_MANY_ERRORS.test(formatted.message) ? 'BAD_USER_INPUT' : String(formatted.extensions?.code);
    if (ALLOWED.has(code)) return { ...formatted, extensions: { code, ...fieldOf(formatted) } };
    if (code === 'OPERATION_RESOLUTION_FAILURE' || BAD_PERSISTED_QUERY.test(formatted.message))
      return { ...formatted, extensions: { code: 'BAD_REQUEST' } };
    report(error);
    const outage = outageError(error);
    if (outage) return { ...formatted, message: outage.message, extensions: { code: outage.code } };
    const busy = [QUERY_CANCELED, LOCK_NOT_AVAILABLE].includes(String(databaseCode(error)));
    const message = busy ? 'The database is too busy at the moment: try again.' : 'Something went wrong on our side.';
    return {
      message,
      locations: formatted.locations,
      path: formatted.path,
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    };
  };
}

const fieldOf = (formatted: GraphQLFormattedError) =>
  formatted.extensions?.field ? { field: formatted.extensions.field } : {};

/** A scalar, enum or input object that was refused, in a variable or in the document. */
function inputError(formatted: GraphQLFormattedError, error: GraphQLError): GraphQLFormattedError | undefined {
  const { locations, path } = formatted;
  const [, variable, at, why] = VARIABLE.exec(error.message) ?? [];
  const unset = UNSET_VARIABLE.exec(error.message)?.[1];
  const base = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  if (variable) {
    const field = `${variablePath(error, variable)}${at?.slice(variable.length) ?? ''}`;
    return { ...base, message: why ?? error.message, extensions: { code: 'BAD_USER_INPUT', field } };
  }
  if (unset)
    return {
      ...base,
      message: error.message,
      extensions: { code: 'BAD_USER_INPUT', field: variablePath(error, unset) },
    };
  const field = VALUE_ERROR.test(error.message) ? inputPath(error) : '';
  return field ? { ...base, message: error.message, extensions: { code: 'BAD_USER_INPUT', field } } : undefined;
}

/** The path of a literal in its document: "input.budget". */
function inputPath(error: GraphQLError): string {
  const [node] = error.nodes ?? [];
  const source = error.source ?? node?.loc?.source;
  if (!source || !node?.loc) return '';
  const { start } = node.loc;
  const names: string[] = [];
  visit(parse(source) as DocumentNode, {
    enter(each) {
      if (!each.loc || each.loc.start > start || each.loc.end <= start)
        return each.kind === Kind.DOCUMENT ? undefined : false;
      if (each.kind === Kind.ARGUMENT || each.kind === Kind.OBJECT_FIELD) names.push(each.name.value);
      return undefined;
    },
  });
  return names.join('.');
}

/** The path of the input that a variable is passed to, whatever the variable is called: "input.budget". */
function variablePath(error: GraphQLError, name: string): string {
  const definition = error.nodes?.[0]?.loc;
  if (!definition) return name;
  let found: string | undefined;
  visit(parse(definition.source), {
    Variable(node, _key, parent, _path, ancestors) {
      if (found !== undefined || node.name.value !== name) return;
      const above = [...ancestors, parent].flatMap((each) => (each && 'kind' in each ? each : []));
      const operation = above.find((each) => each.kind === Kind.OPERATION_DEFINITION)?.loc;
      // Another operation of the document may have a variable of the same name.
      if (operation && (definition.start < operation.start || definition.start >= operation.end)) return;
      const isInput = above.some((each) => each.kind === Kind.FIELD);
      if (isInput)
        found = above
          .flatMap((each) => (each.kind === Kind.ARGUMENT || each.kind === Kind.OBJECT_FIELD ? each.name.value : []))
          .join('.');
    },
  });
  return found ?? name;
}
