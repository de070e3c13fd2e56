import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from './database.js';

/** Deadlock, serialization failure, and a prepared statement whose table has changed. */
const RETRIED_CODES = new Set(['40P01', '40001', '0A000']);
const TRIES = 4;
const BACKOFF_MS = 20;

/**
 * Runs `work` in one transaction on a fresh identity map, and again from its start (3 times more at most, with jitter)
 * when PostgreSQL gave it up as a deadlock or a serialization failure. Whatever `work` does outside the database must
 * therefore be safe to repeat.
 */
export async function inTransaction<T>(em: EntityManager, work: (em: EntityManager) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await em.fork({ clear: true }).transactional((transaction) => work(transaction as EntityManager));
    } catch (error) {
      if (tried === TRIES || !RETRIED_CODES.has(String(databaseCode(error)))) throw error;
      await sleep(BACKOFF_MS * 2 ** tried * (0.5 + Math.random()));
    }
  }
}

/** The SQLSTATE of an error of the database, wherever the libraries put it; undefined for any other error. */
export function databaseCode(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return undefined;
}
