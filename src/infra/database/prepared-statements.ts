import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';

/** So many statements are kept prepared on a connection; what comes after is sent as it is. */
const STATEMENTS_LIMIT = 300;
const PREPARABLE = /^\s*(select|with|insert|update|delete)\b/i;
/** What PostgreSQL says of a statement whose table has changed since, as in an upgrade beside us. */
const STALE = /cached plan must not change result type/;

type Query = (...args: unknown[]) => unknown;

/**
 * Lets PostgreSQL keep the plans of what is asked again and again: planning is most of what a lean query costs it. A
 * statement whose table has changed is prepared anew under another name, and tried again where no transaction was lost.
 */
export function prepareStatements(pool: Pool): void {
  const names = new Map<string, string>();
  let generation = 0;
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known || names.size >= STATEMENTS_LIMIT) return known;
    const name = `${generation}_${createHash('sha256').update(text).digest('base64url').slice(0, 24)}`;
    names.set(text, name);
    return name;
  };
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as Query;
    let inTransaction = false;
    client.query = ((first: unknown, values?: unknown, ...rest: unknown[]) => {
      if (typeof first !== 'string') return query(first, values, ...rest);
      if (/^\s*(begin|start transaction)/i.test(first)) inTransaction = true;
      if (/^\s*(commit|rollback)\s*;?\s*$/i.test(first)) inTransaction = false;
      // MikroORM writes its values into the text: such a statement is sent once and never again.
      const repeats = Array.isArray(values) && values.length > 0 && PREPARABLE.test(first);
      const name = repeats ? nameOf(first) : undefined;
      if (!name) return query(first, values, ...rest);
      const sent = query({ name, text: first, values }, ...rest);
      if (!(sent instanceof Promise)) return sent;
      return sent.catch((error: Error) => {
        if (!STALE.test(error.message)) throw error;
        generation += 1;
        names.clear();
        if (inTransaction) throw error;
        return query(first, values, ...rest);
      });
    }) as typeof client.query;
  });
}
