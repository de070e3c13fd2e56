import { AsyncLocalStorage } from 'node:async_hooks';

/** How long a user's operation waits for locks, in milliseconds. */
export const LOCK_WAIT_MS = 2_000;

const limit = new AsyncLocalStorage<number | undefined>();

/**
 * Runs `work`. A transaction in it that finds a lock taken is given up and tried again until `limitMs` have passed,
 * then refused as CONFLICT. It holds no connection between its tries. Outside of this, as in background jobs, a
 * transaction waits for its locks on its connection.
 * @see docs/decisions/2026-11-24-lock-waits.md
 */
export const waitingForLocks = <T>(limitMs: number, work: () => Promise<T>): Promise<T> => limit.run(limitMs, work);

/** Runs `work` as in the background: its transactions wait for their locks on their connections. */
export const waitingAsBackground = <T>(work: () => Promise<T>): Promise<T> => limit.run(undefined, work);

/** How long transactions started here may wait for locks, in milliseconds; undefined in the background. */
export const lockWaitLimit = (): number | undefined => limit.getStore();
