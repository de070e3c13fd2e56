import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import type { Platform } from './platform.js';
import { countUsage, takeToken } from './source-limit.sql.js';

export interface Admission {
  platform: Platform;
  /** Videos the run is about to be asked for. */
  readings: number;
  /** Longest wait for a turn. */
  limitMs: number;
  signal?: AbortSignal;
}

/**
 * Waits for a run's turn at its source (all instances together keep under the limit) and counts it in the month's usage.
 * @returns false when there was no turn within the limit
 */
export async function admitRun(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings'>,
  { platform, readings, limitMs, signal }: Admission,
): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const waitMs = await inTransaction(em, async (transaction) => {
      const wait = await takeToken(transaction, platform, deps.settings.APIFY_RUNS_PER_MINUTE);
      if (wait === 0) await countUsage(transaction, platform, readings, deps.clock.now());
      return wait;
    });
    if (waitMs === 0) return true;
    if (performance.now() + waitMs > deadline || signal?.aborted) return false;
    await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
