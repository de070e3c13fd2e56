import { HeaderMap } from '@apollo/server';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationTypeNode,
} from 'graphql';
import { DomainError } from '../../shared/errors.js';
import { ConcurrencyLimit, ConcurrencyLimits } from '../concurrency-limit.js';
import type { Viewer } from '../context.js';
import { LOCK_WAIT_MS, waitingForLocks } from '../database/lock-wait.js';
import { weigh } from './query-limits.js';

/** All callers without a token together: their answers are what fills the memory. */
const ANONYMOUS = { atOnce: 10, waiting: 500, waitMs: 10_000 };
/** One user, queries and mutations counted apart: those that wait for a lock do not hold up what the user reads. */
const USER = { atOnce: 16, waiting: 100, waitMs: 15_000 };
/** An answer of so many values takes some 50 ms of the event loop, in which nobody else is answered. */
const LARGE_COST = 5_000;
/** Operations with a large answer: of all callers without a token, and of all users. */
const LARGE_OF_ANONYMOUS = { atOnce: 2, waiting: 500, waitMs: 10_000 };
const LARGE_OF_USERS = { atOnce: 4, waiting: 500, waitMs: 15_000 };

/** What of Apollo's request an execution needs. */
export interface Asked {
  document: DocumentNode;
  request: { operationName?: string; variables?: Record<string, unknown> };
  queryHash: string;
  context: { viewer: Viewer | null };
}

type Execution<A> = (asked: A) => Promise<ExecutionResult>;

/**
 * An execution that first refuses what is wrong or too large, then waits for its turn, and in which no transaction
 * waits long for a lock.
 * @see docs/decisions/2026-11-24-lock-waits.md
 */
export function guardExecution<A extends Asked>(schema: GraphQLSchema, execution: Execution<A>): Execution<A> {
  const anonymous = new ConcurrencyLimit(ANONYMOUS);
  const users = new ConcurrencyLimits(USER);
  const largeOfAnonymous = new ConcurrencyLimit(LARGE_OF_ANONYMOUS);
  const largeOfUsers = new ConcurrencyLimit(LARGE_OF_USERS);
  const inTurn = <T>(
    viewer: Viewer | null,
    type: OperationTypeNode | undefined,
    cost: number,
    work: () => Promise<T>,
  ) => {
    const limited = () => (viewer ? users.run(`${viewer.id} ${type}`, work) : anonymous.run(work));
    if (cost < LARGE_COST) return limited();
    return (viewer ? largeOfUsers : largeOfAnonymous).run(limited);
  };
  return async (asked) => {
    const { document, request, queryHash, context } = asked;
    const { operationName, variables } = request;
    const { errors, cost } = weigh(schema, { document, operationName, variables, hash: queryHash });
    if (errors) return { errors };
    const work = () => waitingForLocks(LOCK_WAIT_MS, () => execution(asked));
    const type = getOperationAST(document, operationName)?.operation;
    try {
      return await inTurn(context.viewer, type, cost, work);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { errors: [inHttp(error)] };
    }
  };
}

function inHttp(error: DomainError): GraphQLError {
  const headers = new HeaderMap([['retry-after', String(error.details.retryAfterSeconds)]]);
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status: 429, headers } } });
}
