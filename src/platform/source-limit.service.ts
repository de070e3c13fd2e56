import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import type { Platform } from './platform.js';
import { countUsage, type RunPurpose, takeToken } from './source-limit.sql.js';

export interface Admission {
  platform: Platform;
  /** Baseline reads leave half of the source's rate to tracking. */
  purpose?: RunPurpose;
  /** Videos the run is about to be asked for. */
  readings: number;
  /** Longest wait for a turn. */
  limitMs: number;
  signal?: AbortSignal;
}

/**
 * Waits for a run's turn at its source (all instances together keep under the limit) and counts it in the month's
 * usage.
 * @returns false when there was no turn within the limit
 */
export async function admitRun(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings'>,
  { platform, purpose = 'OTHER', readings, limitMs, signal }: Admission,
): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const waitMs = await inTransaction(em, async (transaction) => {
      const wait = await takeToken(transaction, platform, deps.settings.APIFY_RUNS_PER_MINUTE, purpose);
      if (wait === 0) await countUsage(transaction, platform, readings, deps.clock.now());
      return wait;
    });
    if (waitMs === 0) return true;
    const leftMs = deadline - performance.now();
    if (waitMs > leftMs || signal?.aborted) return false;
    await sleep(jittered(waitMs, leftMs, Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/**
 * Spreads those who wait for the same turn, or they would all ask for it at the same instant, again and again.
 * @param chance from 0 up to 1
 * @returns at least the wait and at most twice of it, but not more than what is left
 */
export function jittered(waitMs: number, leftMs: number, chance: number): number {
  return Math.min(waitMs * (1 + chance), leftMs);
}
