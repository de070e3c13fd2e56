import { RoundInterrupted, workRound } from '../src/earnings/settlement/round.service.js';
import type { Deps } from '../src/infra/context.js';
import type { EntityManager } from '../src/infra/database/database.js';
import type { JobRun } from '../src/infra/queue/queue.js';
import { RoundTakenOver } from '../src/tracking/round-epoch.sql.js';
import { ROUND_JOB } from '../src/tracking/run.service.js';

const BUSY_SECONDS = 5;

/** Reads and settles one round; a process that stops hands it back. */
export async function trackRound(
  em: EntityManager,
  deps: Deps,
  { data, signal, lastTry }: JobRun<Record<string, unknown>>,
): Promise<void> {
  const roundId = String(data.roundId);
  try {
    const done = await workRound(em, deps, { roundId, signal, lastTry });
    // Delivered twice: looked at again later, in case the other does not finish it.
    if (!done) await deps.queue.send(em, ROUND_JOB, { roundId }, { startAfterSeconds: BUSY_SECONDS });
  } catch (error) {
    if (error instanceof RoundTakenOver) {
      deps.log.info({ roundId }, 'round taken over by another instance');
      return;
    }
    if (!(error instanceof RoundInterrupted)) throw error;
    await deps.queue.send(em, ROUND_JOB, { roundId });
    deps.log.info({ roundId }, 'round returned to the queue');
  }
}
