import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Pool, PoolClient } from 'pg';

/** So many statements are kept prepared on a connection. */
const STATEMENTS_LIMIT = 300;
const PREPARABLE = /^\s*(select|with|insert|update|delete)\b/i;
/** What PostgreSQL says of a statement whose table has changed since, as in an upgrade beside us. */
const STALE = /cached plan must not change result type/;

type Query = (...args: unknown[]) => unknown;

/** Of a connection: the statements that pg has prepared on it, by name. */
interface Prepared {
  connection?: { parsedStatements?: Record<string, unknown> };
}

/**
 * Lets PostgreSQL keep the plans of what is asked again and again: planning is most of what a lean query costs it.
 * Of each connection's statements the least recently used goes. A statement whose table has changed is prepared again
 * under another name, and tried again where no transaction was lost.
 * @param limit statements that are kept on a connection
 */
export function prepareStatements(pool: Pool, limit = STATEMENTS_LIMIT): void {
  const names = new LRUCache<string, string>({ max: limit });
  let generation = 0;
  const nameOf = (text: string): string => {
    const known = names.get(text);
    if (known?.startsWith(`${generation}_`)) return known;
    const name = `${generation}_${createHash('sha256').update(text).digest('base64url').slice(0, 24)}`;
    names.set(text, name);
    return name;
  };
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as Query;
    const kept = new Set<string>();
    let inTransaction = false;
    client.query = ((first: unknown, values?: unknown, ...rest: unknown[]) => {
      if (typeof first !== 'string') return query(first, values, ...rest);
      if (/^\s*(begin|start transaction)/i.test(first)) inTransaction = true;
      if (/^\s*(commit|rollback)\s*;?\s*$/i.test(first)) inTransaction = false;
      // MikroORM writes its values into the text: such a statement is sent once and never again.
      const repeats = Array.isArray(values) && values.length > 0 && PREPARABLE.test(first);
      if (!repeats) return query(first, values, ...rest);
      const name = nameOf(first);
      // Taken out and put back, it stands last among those that will go.
      kept.delete(name);
      kept.add(name);
      const [oldest] = kept;
      if (kept.size > limit && oldest !== undefined) {
        kept.delete(oldest);
        deallocate(client, query, oldest);
      }
      const sent = query({ name, text: first, values }, ...rest);
      if (!(sent instanceof Promise)) return sent;
      return sent.catch((error: Error) => {
        if (!STALE.test(error.message)) throw error;
        generation += 1;
        if (inTransaction) throw error;
        return query(first, values, ...rest);
      });
    }) as typeof client.query;
  });
}

/**
 * Frees a prepared statement before the query that follows. In a transaction that has failed it stays, and stays known.
 */
function deallocate(client: PoolClient, query: Query, name: string): void {
  const prepared = (client as Prepared).connection?.parsedStatements;
  // One that PostgreSQL refused was never kept; to free it would be an error, which a transaction does not survive.
  if (!prepared?.[name]) return;
  query(`deallocate "${name}"`, (error: Error | null) => {
    if (!error) delete prepared[name];
  });
}
