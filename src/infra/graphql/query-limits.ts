import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, type ValidationRule } from 'graphql';
// The ESM build brings a second copy of graphql, which refuses our schema.
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity/cjs';
import { DomainError } from '../../shared/errors.js';
import { BoundedCache } from '../bounded-cache.js';
import { PAGE_LIMIT } from './connection.js';

const ALIASES_LIMIT = 15;
const DIRECTIVES_LIMIT = 5;
const DEPTH_LIMIT = 12;
/** The same name asked for again in one selection. */
const REPEATS_LIMIT = 15;
/** Values that one answer may hold at the most, as far as the document tells. */
export const COST_LIMIT = 25_000;
/** Of a list without `first`. */
const UNPAGED = 10;
/** A timeline's days. */
const DAYS = 31;

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
  if (takes('from') && isList) return 1 + DAYS * childComplexity;
  return 1 + (isList && field.name !== 'nodes' && field.name !== 'edges' ? UNPAGED : 1) * childComplexity;
};

/** The library stops at ten thousand fields, each fragment counted where it is spread. */
const TOO_MANY_FIELDS = /maximum allowed number of nodes/;

/** What is out of range is refused later; until then it counts as the most. */
const clamp = (first: number) => (first >= 1 && first <= PAGE_LIMIT ? first : PAGE_LIMIT);

/**
 * How many values an operation's answer may hold, with its variables; null when these are not of their types (execution says so).
 * @throws QUERY_TOO_COMPLEX it cannot be weighed
 */
export function costOf(
  schema: GraphQLSchema,
  query: DocumentNode,
  operationName: string | null | undefined,
  variables: Record<string, unknown> | null | undefined,
): number | null {
  try {
    const operation = { operationName: operationName ?? undefined, variables: variables ?? {} };
    return getComplexity({ schema, query, ...operation, estimators: [estimate] });
  } catch (error) {
    if (TOO_MANY_FIELDS.test((error as Error).message))
      throw tooComplex('Its fragments make it too large to be weighed');
    return null;
  }
}

/** @throws QUERY_TOO_COMPLEX */
export function requireCheap(cost: number | null): void {
  if (cost !== null && cost > COST_LIMIT)
    throw tooComplex(`It may answer ${cost} values; at most ${COST_LIMIT} are accepted`);
}

export const tooComplex = (why: string) =>
  new DomainError('QUERY_TOO_COMPLEX', `The query is too complex. ${why}: ask for less, or in several queries.`);

/** Operations with their variables that were found to be cheap: most calls are the same few. */
const cheap = new BoundedCache<true>(1_000);
const REMEMBERED_LENGTH = 500;

/** Refuses an operation whose answer could be too large, before it is executed. */
export const costLimit: ApolloServerPlugin<object> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operationName, request, queryHash }) {
        const key = `${queryHash} ${operationName} ${JSON.stringify(request.variables ?? {})}`;
        if (cheap.get(key)) return;
        try {
          requireCheap(costOf(schema, document, operationName, request.variables));
          if (key.length < REMEMBERED_LENGTH) cheap.set(key, true);
        } catch (error) {
          throw new GraphQLError('', { originalError: error as Error, extensions: { http: { status: 400 } } });
        }
      },
    };
  },
};
