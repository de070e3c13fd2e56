import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from '../observability/logger.js';
import { DatabaseError } from './database.js';
import { databaseOutage } from './outage.rules.js';

const WAIT_MS = 60_000;
const RETRY_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Waits until the database answers and takes writes: an instance may be started before it, or while it is restarted.
 * @param waitMs how long it waits at the most
 * @throws DatabaseError it did not answer in that time, or refuses the connection for a reason that waiting does not
 * change
 */
export async function waitForDatabase(url: string, log: Logger, waitMs = WAIT_MS): Promise<void> {
  const begun = performance.now();
  for (let tried = 0; ; tried += 1) {
    const problem = await problemOf(url);
    if (!problem) return;
    if (performance.now() - begun + RETRY_MS > waitMs)
      throw new DatabaseError(
        `The database of DATABASE_URL (${new URL(url).host}) cannot be used after ${waitMs / 1_000} s of waiting: ${problem}.`,
      );
    if (tried === 0) log.warn({ problem }, 'waiting for the database');
    await sleep(RETRY_MS);
  }
}

/** Why the database cannot be used yet; undefined when it can. */
async function problemOf(url: string): Promise<string | undefined> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks reports it again after its query has failed.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ on: boolean }>(
      "select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as on",
    );
    return rows[0]?.on ? 'it is read-only' : undefined;
  } catch (error) {
    const outage = databaseOutage(error);
    if (outage) return `it does not answer (${outage})`;
    throw new DatabaseError(`The database of DATABASE_URL refuses the connection: ${(error as Error).message}.`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
