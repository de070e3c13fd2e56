import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql';
// The ESM build brings a second copy of graphql, which refuses our schema.
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity/cjs';
import { LRUCache } from 'lru-cache';
import { DAY_MS } from '../../shared/clock.js';
import { badInput, DomainError } from '../../shared/errors.js';
import { PAGE_LIMIT } from './connection.js';

const ALIASES_LIMIT = 15;
const DIRECTIVES_LIMIT = 5;
const DEPTH_LIMIT = 12;
/** The same name asked for again in one selection. */
const REPEATS_LIMIT = 15;
/** Values that one answer may hold at the most, as far as the document tells. */
const COST_LIMIT = 25_000;
/** Of a list without `first`. */
const UNPAGED = 10;
/** The days of a timeline whose `from` and `to` are not known, and the most that one may have. */
const DAYS_LIMIT = 366;
/** After so many wrong variables the rest is not looked at: each error costs a search for similar names. */
const VARIABLE_ERRORS = 5;
/** How deep the values of variables may be nested; our inputs need 4 levels. */
const VARIABLES_DEPTH_LIMIT = 10;

const armor = new ApolloArmor({
  maxAliases: { n: ALIASES_LIMIT, allowList: [] },
  maxDirectives: { n: DIRECTIVES_LIMIT },
  maxDepth: { n: DEPTH_LIMIT, flattenFragments: true },
  // It turns syntax errors into HTTP 500; Apollo's own limit on tokens does not.
  maxTokens: { enabled: false },
  // It does not see how much `first` asks for.
  costLimit: { enabled: false },
  // formatError takes suggestions out, for sockets too.
  blockFieldSuggestion: { enabled: false },
}).protect();

/** One field asked for hundreds of times costs us and tells the caller nothing. */
const noRepetition: ValidationRule = (context) => ({
  SelectionSet({ selections }) {
    const asked = new Map<string, number>();
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) continue;
      const name = selection.alias?.value ?? selection.name.value;
      const times = (asked.get(name) ?? 0) + 1;
      asked.set(name, times);
      if (times === REPEATS_LIMIT + 1)
        context.reportError(new GraphQLError(`Repetition limit of ${REPEATS_LIMIT} exceeded.`, { nodes: selection }));
    }
  },
});

/** Rules that a document must pass before it is looked at more closely. */
export const limitRules: readonly ValidationRule[] = [...(armor.validationRules as ValidationRule[]), noRepetition];

/** What armor and our rules say of a document that goes too far. */
export const LIMIT_MESSAGE =
  /^(?:Syntax Error: )?(Aliases|Directives|Depth|Query depth|Repetition)? ?limit of (\d+) exceeded/i;

const estimate: ComplexityEstimator = ({ field, args, childComplexity }) => {
  // The schema describing itself: graphql-js has a limit of its own on how deep that goes.
  if (field.name.startsWith('__')) return 1;
  const isList = String(field.type).startsWith('[');
  const takes = (name: string) => field.args.some((arg) => arg.name === name);
  if (takes('first')) return 1 + clamp(args.first ?? 20) * childComplexity;
  if (takes('from') && isList) return 1 + daysBetween(args.from, args.to) * childComplexity;
  return 1 + (isList && field.name !== 'nodes' && field.name !== 'edges' ? UNPAGED : 1) * childComplexity;
};

/** The library stops at ten thousand fields, each fragment counted where it is spread. */
const TOO_MANY_FIELDS = /maximum allowed number of nodes/;

/** What is out of range is refused later; until then it counts as the most. */
const clamp = (first: number) => (first >= 1 && first <= PAGE_LIMIT ? first : PAGE_LIMIT);

/**
 * The days from one date to another, both included. What is not a valid range is refused later and counts as the most.
 */
function daysBetween(from: unknown, to: unknown): number {
  const days = (Date.parse(String(to)) - Date.parse(String(from))) / DAY_MS + 1;
  return days >= 1 && days <= DAYS_LIMIT ? days : DAYS_LIMIT;
}

/**
 * How many values an operation's answer may hold. Its variables are known to be valid.
 * @throws BAD_USER_INPUT an argument or directive that must not be null is null; QUERY_TOO_COMPLEX it cannot be weighed
 */
function costOf(
  schema: GraphQLSchema,
  query: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number {
  const operationName = operation.name?.value;
  let cost: number;
  try {
    cost = getComplexity({ schema, query, operationName, variables, estimators: [estimate] });
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof GraphQLError && !TOO_MANY_FIELDS.test(message))
      throw badInput(/^Argument "(\w+)"/.exec(message)?.[1] ?? 'variables', message);
    throw tooComplex('Its fragments make it too large to be weighed');
  }
  if (!Number.isFinite(cost)) throw tooComplex('It cannot be weighed');
  return cost;
}

export const tooComplex = (why: string) =>
  new DomainError('QUERY_TOO_COMPLEX', `The query is too complex. ${why}: ask for less, or in several queries.`);

/** The costs of operations with their variables that were accepted: most calls are the same few. */
const accepted = new LRUCache<string, number>({ max: 1_000 });
const REMEMBERED_LENGTH = 500;

/** What a client asks to execute. */
export interface AskedOperation {
  document: DocumentNode;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  /** Identifies the document's text; without it nothing is remembered. */
  hash?: string;
}

/** Why an operation must not be executed, or how many values its answer may hold. */
export type Weighed = { errors: readonly GraphQLError[]; cost?: undefined } | { errors?: undefined; cost: number };

/**
 * Checks an operation before it is executed. Refused are wrong variables (with the first 5 errors) and an answer that
 * could be too large. What cannot be checked is refused, too. A document without such an operation costs nothing:
 * execution says what is wrong.
 */
export function weigh(schema: GraphQLSchema, asked: AskedOperation): Weighed {
  const operation = getOperationAST(asked.document, asked.operationName);
  if (!operation) return { cost: 0 };
  const variables = asked.variables ?? {};
  try {
    if (isNestedDeeper(variables, VARIABLES_DEPTH_LIMIT))
      throw badInput('variables', `The variables must be nested at most ${VARIABLES_DEPTH_LIMIT} levels deep.`);
    const key = asked.hash && `${asked.hash} ${asked.operationName} ${JSON.stringify(variables)}`;
    const known = key ? accepted.get(key) : undefined;
    if (known !== undefined) return { cost: known };
    const { variableDefinitions = [] } = operation;
    const { errors } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: VARIABLE_ERRORS });
    if (errors) return { errors };
    const cost = costOf(schema, asked.document, operation, variables);
    if (cost > COST_LIMIT) throw tooComplex(`It may answer ${cost} values; at most ${COST_LIMIT} are accepted`);
    if (key && key.length < REMEMBERED_LENGTH) accepted.set(key, cost);
    return { cost };
  } catch (error) {
    const originalError = error as Error;
    return {
      errors: [new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 400 } } })],
    };
  }
}

const isNestedDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isNestedDeeper(each, levels - 1)));
