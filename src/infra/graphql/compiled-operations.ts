import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { RequestContext } from '../context.js';
import { guardExecution } from './guarded-execution.js';

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];
type GatewayExecutor = Extract<Awaited<ReturnType<Gateway['load']>>, { executor: unknown }>['executor'];
/** What of Apollo's request an execution needs. */
type Asked = Pick<Parameters<NonNullable<GatewayExecutor>>[0], 'document' | 'request' | 'queryHash' | 'context'>;

/** So many operations are kept compiled: the screens of our clients are far fewer. */
const COMPILED_LIMIT = 100;
/** So many are counted until they are worth it. */
const COUNTED_LIMIT = 1_000;
/** Compiled code holds every fragment where it is spread: beyond so many fields it would be larger than it is worth. */
const FIELDS_LIMIT = 300;
/** Compiling costs some milliseconds: only what is asked for again and again is worth them. */
const ASKED_BEFORE_COMPILED = 3;

/**
 * Executes operations for Apollo: queries that come again and again are compiled to a function (graphql-jit), all else
 * goes through graphql-js. Both give the same answer: test/api/compiled-operations.test.ts compares them.
 */
export function createGateway(schema: GraphQLSchema): Gateway {
  const execution = guardExecution(schema, createExecution(schema));
  return {
    // Apollo's documented door for an executor of one's own.
    onSchemaLoadOrUpdate(publish) {
      publish({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({ executor: execution as unknown as GatewayExecutor }),
    stop: async () => undefined,
  };
}

function createExecution(schema: GraphQLSchema) {
  const compiled = new LRUCache<string, CompiledQuery['query']>({ max: COMPILED_LIMIT });
  const timesAsked = new LRUCache<string, number>({ max: COUNTED_LIMIT });
  return async (asked: Asked): Promise<ExecutionResult> => {
    const { document, request, queryHash } = asked;
    const contextValue = asked.context;
    const variableValues = request.variables;
    const plainly = () =>
      execute({ schema, document, contextValue, variableValues, operationName: request.operationName });
    const operation = getOperationAST(document, request.operationName);
    if (operation?.operation !== OperationTypeNode.QUERY) return plainly();
    const key = `${queryHash} ${request.operationName ?? ''}`;
    let query = compiled.get(key);
    if (!query) {
      const times = (timesAsked.get(key) ?? 0) + 1;
      timesAsked.set(key, times);
      if (times !== ASKED_BEFORE_COMPILED || countFields(document, operation) > FIELDS_LIMIT) return plainly();
      const made = compileQuery(schema, document, request.operationName ?? undefined, {
        disablingCapturingStackErrors: true,
      });
      if (!isCompiledQuery(made)) return plainly();
      query = made.query;
      compiled.set(key, query);
      // One that is forgotten may come back.
      timesAsked.set(key, 0);
    }
    return withExtensions(await query(undefined, contextValue, variableValues ?? {}));
  };
}

/** The fields of an operation with every fragment where it is spread; each is looked at once. */
export function countFields(document: DocumentNode, operation: OperationDefinitionNode): number {
  const known = new Map<string, number>();
  const count = ({ selections }: SelectionSetNode): number => {
    let fields = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) fields += ofFragment(selection.name.value);
      else
        fields +=
          (selection.kind === Kind.FIELD ? 1 : 0) + (selection.selectionSet ? count(selection.selectionSet) : 0);
    }
    return fields;
  };
  const ofFragment = (name: string): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const fragment = document.definitions.find(
      (each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name,
    );
    const fields = fragment ? count(fragment.selectionSet) : 0;
    known.set(name, fields);
    return fields;
  };
  return count(operation.selectionSet);
}

/** graphql-jit's errors have no extensions; Apollo trips over that, and clients would see them as they are. */
function withExtensions(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  return {
    ...result,
    errors: result.errors.map((error) =>
      error instanceof GraphQLError && error.extensions
        ? error
        : Object.create(error, { extensions: { value: {}, enumerable: true } }),
    ),
  };
}
