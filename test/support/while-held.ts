import pg from 'pg';
import type { TestDatabase } from './test-database.js';
import { until } from './until.js';

/**
 * Does something while another transaction holds a lock or a change that is not committed yet: commits it once somebody
 * waits for it, or when the work is done without waiting.
 * @param statement what the other transaction does, as a superuser and past the application
 * @returns what the work answers
 */
export async function whileHeld<T>(
  database: Pick<TestDatabase, 'url' | 'query'>,
  statement: string,
  values: unknown[],
  work: () => Promise<T>,
): Promise<T> {
  const holder = new pg.Client(database.url);
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query(statement, values);
    let done = false;
    const answer = work().finally(() => {
      done = true;
    });
    await until('somebody waits for the lock', async () => {
      const waiting = await database.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return done || waiting.length > 0;
    });
    await holder.query('commit');
    return await answer;
  } finally {
    await holder.end();
  }
}
