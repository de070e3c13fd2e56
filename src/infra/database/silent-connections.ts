import type { Socket } from 'node:net';
import { Pool, type PoolClient } from 'pg';

/** The first probe of an idle connection leaves after 10 s; the operating system gives it up some seconds later. */
export const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

/** How long the server may take for a statement, unless a transaction sets its own limit. */
export const STATEMENT_TIMEOUT_MS = 30_000;
/** So much longer than the server may take is waited for its answer, which may be on its way. */
const ANSWER_MARGIN_MS = 5_000;
/** How long the answer to a statement is waited for, unless its transaction allows more time. */
export const ANSWER_LIMIT_MS = STATEMENT_TIMEOUT_MS + ANSWER_MARGIN_MS;

/**
 * The server gives up a client that has gone silent. Set after connecting and not at the start: poolers refuse such
 * parameters there. On a Unix socket the server ignores them.
 */
const SERVER_SIDE_LIMITS =
  'set tcp_user_timeout = 20000; set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';

/** Makes the server notice when this client goes silent. @see KEEP_ALIVE for the other direction */
export async function limitServerSide(client: Pick<PoolClient, 'query'>): Promise<void> {
  // A server that does not know one of them works without.
  await client.query(SERVER_SIDE_LIMITS).catch(() => undefined);
}

/** pg has it and its types do not: awaited before a new connection of a pool is handed out. */
interface PoolHooks {
  options: { onConnect?: (client: PoolClient) => Promise<void> };
}

interface ClientInternals {
  connectionParameters: { query_timeout: number };
  connection: { stream: Socket };
  _queryable: boolean;
}

const RAISES_LIMIT = /set_config\('statement_timeout'/i;
const ENDS_TRANSACTION = /^\s*(commit|rollback)\s*;?\s*$/i;
const NO_ANSWER = 'Query read timeout';

/**
 * Gives up every connection of a pool whose server does not answer in time: what the server may take for the statement,
 * and a little more. A transaction that allows its statements more time is waited for as long.
 * @param limitMs for a statement without a limit of its own
 */
export function limitSilence(pool: Pool, limitMs = ANSWER_LIMIT_MS): void {
  (pool as unknown as PoolHooks).options.onConnect = limitServerSide;
  pool.on('connect', (client: PoolClient) => {
    const internals = client as unknown as ClientInternals;
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    let allowedMs = limitMs;
    client.query = ((first: string | { text?: string; submit?: unknown; values?: unknown[] }, ...rest: unknown[]) => {
      const text = typeof first === 'string' ? first : (first.text ?? '');
      const values = typeof first === 'string' ? rest[0] : first.values;
      if (RAISES_LIMIT.test(text) && Array.isArray(values)) allowedMs = parseInt(values[0], 10) + ANSWER_MARGIN_MS;
      // A stream goes on for as long as it is read; the server limits its statement.
      const isStream = typeof first === 'object' && first.submit !== undefined;
      internals.connectionParameters.query_timeout = isStream ? 0 : allowedMs;
      if (ENDS_TRANSACTION.test(text)) allowedMs = limitMs;
      const sent = query(first, ...rest);
      if (sent instanceof Promise)
        sent.catch((error: Error) => {
          if (error.message !== NO_ANSWER) return;
          // The driver would go on using it, behind a statement that is never answered; the pool would hand it out.
          internals._queryable = false;
          internals.connection.stream.destroy();
        });
      return sent;
    }) as typeof client.query;
  });
}

/**
 * A pool for a library that brings its own statements.
 * @param limitMs how long an answer is waited for
 */
export function createPool(options: { url: string; connections: number; limitMs: number }): Pool {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: 5_000,
    query_timeout: options.limitMs,
    idle_in_transaction_session_timeout: 30_000,
    ...KEEP_ALIVE,
  });
  (pool as unknown as PoolHooks).options.onConnect = limitServerSide;
  return pool;
}
