import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { BoundedCache } from './bounded-cache.js';
import type { RequestContext } from './context.js';

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];
type GatewayExecutor = Extract<Awaited<ReturnType<Gateway['load']>>, { executor: unknown }>['executor'];
/** What of Apollo's request an execution needs. */
type Asked = Pick<Parameters<NonNullable<GatewayExecutor>>[0], 'document' | 'request' | 'queryHash' | 'context'>;

/** So many operations are kept compiled: the screens of our clients are far fewer. */
const COMPILED_LIMIT = 500;
/** Compiling costs some milliseconds: only what is asked for again and again is worth them. */
const ASKED_BEFORE_COMPILED = 3;

/**
 * Executes operations for Apollo: queries that come again and again are compiled to a function (graphql-jit), all else goes
 * through graphql-js. Both give the same answer: test/api/compiled-operations.test.ts compares them.
 */
export function createGateway(schema: GraphQLSchema): Gateway {
  const execution = createExecution(schema);
  return {
    // Apollo's documented door for an executor of one's own.
    onSchemaLoadOrUpdate(tell) {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({ executor: execution as GatewayExecutor }),
    stop: async () => undefined,
  };
}

/** @param askedBeforeCompiled 1: at once */
export function createExecution(schema: GraphQLSchema, askedBeforeCompiled = ASKED_BEFORE_COMPILED) {
  const compiled = new BoundedCache<Compiled>(COMPILED_LIMIT);
  return async (asked: Asked): Promise<ExecutionResult> => {
    const { document, request, queryHash } = asked;
    const contextValue = asked.context;
    const variableValues = request.variables;
    const plainly = () =>
      execute({ schema, document, contextValue, variableValues, operationName: request.operationName });
    const operation = getOperationAST(document, request.operationName);
    if (operation?.operation !== OperationTypeNode.QUERY) return plainly();
    const key = `${queryHash} ${request.operationName ?? ''}`;
    const known = compiled.get(key) ?? { asked: 0 };
    known.asked += 1;
    if (known.asked === 1) compiled.set(key, known);
    if (known.asked === askedBeforeCompiled) {
      const made = compileQuery(schema, document, request.operationName ?? undefined, {
        disablingCapturingStackErrors: true,
      });
      if (isCompiledQuery(made)) known.query = made.query;
    }
    if (!known.query) return plainly();
    // graphql-jit says less of what is wrong with a variable.
    const errors = variableErrors(schema, operation, variableValues);
    if (errors) return { errors };
    return withExtensions(await known.query(undefined, contextValue, variableValues ?? {}));
  };
}

interface Compiled {
  asked: number;
  query?: CompiledQuery['query'];
}

function variableErrors(
  schema: GraphQLSchema,
  { variableDefinitions }: OperationDefinitionNode,
  inputs: Record<string, unknown> | undefined,
) {
  if (!variableDefinitions?.length) return undefined;
  // As many as graphql-js reports before it stops.
  return getVariableValues(schema, variableDefinitions, inputs ?? {}, { maxErrors: 50 }).errors;
}

/** graphql-jit's errors have no extensions; Apollo trips over that, and they would be told as they are. */
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
