import { type DomainError, upstreamUnavailable } from '../../shared/errors.js';

/** Kinds of failures that say that no statement can be answered at all, as Node, pg and PostgreSQL name them. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** Connection failures (class 08), shutdown, start, recovery, no connection left, and a server that takes no writes. */
const SERVER = /^(08\w{3}|57P0[1-3]|53300|25006)$/;
/** pg gives these no code. */
const MESSAGES: readonly [RegExp, string][] = [
  [/Connection terminated due to connection timeout|timeout exceeded when trying to connect/, 'CONNECT_TIMEOUT'],
  [/Connection terminated|Client has encountered a connection error|Client was closed/, 'CONNECTION_LOST'],
  [/Query read timeout/, 'NO_ANSWER'],
];
const DEPTH_LIMIT = 5;

/** An error, or what a library reports of one in an object of its own (pg-boss). */
interface ErrorLike {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  cause?: ErrorLike;
  originalError?: ErrorLike;
  errors?: ErrorLike[];
}

/**
 * Why the database does not answer, as a code to search for; undefined when the error has another cause. A failure of
 * the network is taken to be the database's unless an HTTP client reports it.
 */
export function databaseOutage(error: unknown): string | undefined {
  let each = error as ErrorLike | undefined;
  for (let depth = 0; typeof each === 'object' && each !== null && depth < DEPTH_LIMIT; depth += 1) {
    if (each instanceof TypeError || each.name === 'AxiosError') return undefined;
    const code = String(each.code ?? '');
    if (NETWORK.has(code) || SERVER.test(code)) return code;
    const message = String(each.message ?? '');
    const known = MESSAGES.find(([form]) => form.test(message));
    if (known) return known[1];
    each = each.originalError ?? each.cause ?? each.errors?.[0];
  }
  return undefined;
}

const READ_ONLY = '25006';

/** What is wrong with the database, in words for an operator. */
export const describeOutage = (outage: string): string =>
  outage === READ_ONLY ? 'the database is read-only' : 'the database does not answer';

/** The answer to a client when the database does not answer; undefined when the error has another cause. */
export function outageError(error: unknown): DomainError | undefined {
  const outage = databaseOutage(error);
  if (!outage) return undefined;
  return upstreamUnavailable(
    outage === READ_ONLY
      ? 'The database accepts no changes at the moment: try again later.'
      : 'The database does not answer at the moment: try again later.',
  );
}
