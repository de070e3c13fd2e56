import type { Deps } from '../../infra/context.js';
import type { EntityManager } from '../../infra/database/database.js';
import { whileLocked } from '../../infra/database/session-lock.js';
import { failpoint } from '../../infra/failpoint.js';
import { traced } from '../../infra/observability/tracing.js';
import { formatMoney } from '../../shared/money.js';
import { readRound } from '../../tracking/read.service.js';
import { RoundTakenOver, takeRound } from '../../tracking/round-epoch.sql.js';
import { findRunFigures } from '../../tracking/tracking.sql.js';
import { TrackingRound } from '../../tracking/tracking-round.entity.js';
import { failRound } from './fail-round.service.js';
import { deadlineOf, describeRound, settleRound } from './settlement.service.js';

export interface RoundWork {
  roundId: string;
  /** Fires when the process wants to stop. */
  signal: AbortSignal;
  /** No try follows this one. */
  lastTry: boolean;
}

/**
 * The process stops, or has lost the round's lock, before the round is read; its job goes back to the queue and is
 * taken up where it stopped.
 */
export class RoundInterrupted extends Error {
  override readonly name = 'RoundInterrupted';
}

/**
 * Does a round: reads its clips, then settles it. Safe to do again after any interruption; one at a time, or its
 * readings would be bought twice.
 * @returns false, without having done anything, when another works on it
 * @throws RoundInterrupted, RoundTakenOver, or what went wrong unless it was the last try
 * @see docs/domain.md T6, T11, T12
 */
export async function workRound(em: EntityManager, deps: Deps, work: RoundWork): Promise<boolean> {
  return whileLocked(em, `round ${work.roundId}`, async (lost) => {
    const epoch = await takeRound(em.fork(), work.roundId);
    if (epoch === null) return;
    await workAlone(em, deps, { ...work, signal: AbortSignal.any([work.signal, lost]) }, epoch);
  });
}

async function workAlone(
  em: EntityManager,
  deps: Deps,
  { roundId, signal, lastTry }: RoundWork,
  epoch: number,
): Promise<void> {
  try {
    const round = await em.fork().findOneOrFail(TrackingRound, roundId);
    const deadline = deadlineOf(round, deps.settings);
    const end = await traced('read round', { roundId }, () =>
      readRound(em, deps, roundId, { epoch, signal, deadline }),
    );
    if (end === 'INTERRUPTED') throw new RoundInterrupted('stopped while reading');
    failpoint('before-settlement');
    const settled = await traced('settle round', { roundId }, () =>
      settleRound(em, deps, roundId, { timeIsUp: end === 'TIME_UP', epoch }),
    );
    failpoint('after-commit');
    if (!settled) return;
    deps.log.info(describeRound(settled), `round ${settled.round.status.toLowerCase()}`);
    if (settled.runFinished) await logRun(em, deps, settled.round.runId);
  } catch (error) {
    if (error instanceof RoundInterrupted || error instanceof RoundTakenOver || !lastTry) throw error;
    await failRound(em, deps, { roundId, epoch }, 'An unexpected error, after several tries: see the log.');
    deps.log.error({ err: error, roundId }, 'round given up');
  }
}

async function logRun(em: EntityManager, deps: Pick<Deps, 'log'>, runId: string): Promise<void> {
  const [run] = await findRunFigures(em, [runId]);
  if (!run) return;
  const { clipsPlanned, clipsSucceeded, campaignsCompleted } = run;
  const tenths = clipsPlanned === 0 ? 1_000 : Math.trunc((clipsSucceeded / clipsPlanned) * 1_000 + 0.5);
  const percent = `${Math.trunc(tenths / 10)}.${tenths % 10} %`;
  const campaigns = campaignsCompleted === 1 ? '1 campaign' : `${campaignsCompleted} campaigns`;
  deps.log.info(
    { runId },
    `run done: ${clipsSucceeded}/${clipsPlanned} read (${percent}), ${formatMoney(run.earningsAdded)} earned, ${campaigns} completed`,
  );
}
