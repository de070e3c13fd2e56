import { setTimeout as sleep } from 'node:timers/promises';
import { conflict } from '../../shared/errors.js';
import { ConcurrencyLimit } from '../concurrency-limit.js';
import type { EntityManager } from './database.js';
import { lockWaitLimit, waitingAsBackground } from './lock-wait.js';

/** Deadlock, serialization failure, and a prepared statement whose table has changed. */
const RETRIED_CODES = new Set(['40P01', '40001', '0A000']);
const TRIES = 4;
const BACKOFF_MS = 20;
const LOCK_NOT_AVAILABLE = '55P03';
/** How long one try waits for a lock on its connection: long enough for a short transaction ahead of it to end. */
const LOCK_TRY_MS = 50;
/** Between two tries without a connection; doubles up to the most, with jitter. */
const LOCK_PAUSE_MS = 50;
const LOCK_PAUSE_MOST_MS = 400;
/** Transactions of users that wait for their turn in this process. */
const TURNS_WAITING = 1_000;
const TURN_WAIT_MS = 10_000;

/**
 * Runs `work` in one transaction on a fresh identity map, and again from its start (3 times more at most, with jitter)
 * when PostgreSQL gave it up as a deadlock or a serialization failure. Whatever `work` does outside the database must
 * therefore be safe to repeat. In a user's operation (`waitingForLocks`) it also runs again when a lock is taken, and
 * at most half of the pool's connections run such transactions.
 * @throws CONFLICT a lock, or one of these connections, was not free in time
 */
export async function inTransaction<T>(em: EntityManager, work: (em: EntityManager) => Promise<T>): Promise<T> {
  const limitMs = lockWaitLimit();
  return limitMs === undefined ? retrying(em, work) : inTransactionWaiting(em, limitMs, work);
}

/**
 * The same as a user's transaction, with a limit of its own on how long it waits for locks.
 * @param limitMs milliseconds from the first try on
 * @throws CONFLICT a lock, or one of the connections for users, was not free in time
 */
export async function inTransactionWaiting<T>(
  em: EntityManager,
  limitMs: number,
  work: (em: EntityManager) => Promise<T>,
): Promise<T> {
  const { all, repeated, lockTryMs } = turnsOf(em);
  const impatient = () =>
    // A transaction that `work` opens beside its own has a turn already.
    waitingAsBackground(() =>
      retrying(em, async (transaction) => {
        await transaction.execute(`set local lock_timeout = ${lockTryMs}`);
        return work(transaction);
      }),
    );
  let begun: number | undefined;
  const leftMs = () => limitMs - (performance.now() - (begun ?? performance.now()));
  let pauseMs = LOCK_PAUSE_MS;
  // A sleep may take longer than it was asked to.
  const again = () => repeated.run(() => all.run(impatient, { first: true }), { waitMs: Math.max(1, leftMs()) });
  let tryOnce = () =>
    all.run(() => {
      begun = performance.now();
      return impatient();
    });
  for (;;) {
    try {
      return await tryOnce();
    } catch (error) {
      if (databaseCode(error) !== LOCK_NOT_AVAILABLE) throw error;
    }
    const pause = pauseMs * (0.5 + Math.random());
    if (pause < leftMs()) await sleep(pause);
    else throw busy();
    pauseMs = pauseMs * 2 < LOCK_PAUSE_MOST_MS ? pauseMs * 2 : LOCK_PAUSE_MOST_MS;
    tryOnce = again;
  }
}

async function retrying<T>(em: EntityManager, work: (em: EntityManager) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await em.fork({ clear: true }).transactional((transaction) => work(transaction as EntityManager));
    } catch (error) {
      if (tried === TRIES || !RETRIED_CODES.has(String(databaseCode(error)))) throw error;
      await sleep(BACKOFF_MS * 2 ** tried * (0.5 + Math.random()));
    }
  }
}

const busy = () => conflict('Busy: another change to the same data is being made. Try again in a few seconds.');

/** The turns of users' transactions on one pool. */
interface Turns {
  /** How long one try waits for a lock. */
  lockTryMs: number;
  all: ConcurrencyLimit;
  /** Those among them that found a lock taken and run again. */
  repeated: ConcurrencyLimit;
}

const known = new WeakMap<object, Turns>();

/**
 * Half of the pool is left to reads and to background work. Half of the rest is left to transactions whose lock may be
 * free: those that found theirs taken cannot keep them out.
 */
function turnsOf(em: EntityManager): Turns {
  const turns = known.get(em.config);
  if (turns) return turns;
  const half = Math.trunc((em.config.get('pool').max ?? 2) / 2) || 1;
  const bounds = { waiting: TURNS_WAITING, waitMs: TURN_WAIT_MS, refusal: busy };
  const made: Turns = {
    lockTryMs: LOCK_TRY_MS,
    all: new ConcurrencyLimit({ ...bounds, atOnce: half }),
    repeated: new ConcurrencyLimit({ ...bounds, atOnce: Math.trunc(half / 2) || 1 }),
  };
  known.set(em.config, made);
  return made;
}

/**
 * For tests that force an order of events: users' transactions wait for locks in PostgreSQL's own queue, as
 * those of background work do, instead of giving up and trying again.
 */
export function waitInLockQueue(em: EntityManager, lockTryMs: number): void {
  turnsOf(em).lockTryMs = lockTryMs;
}

/** The SQLSTATE of an error of the database, wherever the libraries put it; undefined for any other error. */
export function databaseCode(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return undefined;
}
