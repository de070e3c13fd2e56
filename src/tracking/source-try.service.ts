import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { failpoint } from '../infra/failpoint.js';
import type { Video } from '../platform/link.rules.js';
import { admitRun } from '../platform/source-limit.service.js';
import { findKnownRuns, rememberRun } from '../platform/source-run.sql.js';
import { SourceError } from '../platform/view-source.js';
import { requireEpoch } from './round-epoch.sql.js';
import type { SourceTry } from './source-try.rules.js';
import { isSettled, lookPauseMs, sendLimitMs } from './source-try.rules.js';
import { TrackingBatch } from './tracking-batch.entity.js';

type Given = Pick<Deps, 'clock' | 'viewSource' | 'settings'>;

/** After this the source ends a run by itself. */
const SOURCE_RUN_LIMIT_MS = 300_000;
/** Longest wait for a turn at a source whose limit is reached. */
const TURN_LIMIT_MS = 120_000;

/** One try at clips of a batch. */
export interface Trying {
  batch: TrackingBatch;
  /** Under which the batch's round was taken. */
  epoch: number;
  /** Which of the batch's tries. */
  index: number;
  videos: readonly Video[];
  /** Fires when the work must stop. */
  signal: AbortSignal;
}

/**
 * Starts a source run for a try, or finds the run that an interrupted try has started. What is asked is stored before
 * the call and the run's id after it. What came of the call is stored too, so that a resumed batch repeats nothing.
 * @returns the source's id of the run; null when the work must stop
 * @throws RoundTakenOver
 * @throws SourceError BUSY no run was started; LOST it is not known whether one was; REFUSED
 * @see docs/domain.md T12
 */
export async function startOrFind(em: EntityManager, deps: Given, trying: Trying): Promise<string | null> {
  const interrupted = trying.batch.tries[trying.index];
  if (interrupted) {
    const found = await findLost(em, deps, trying, interrupted);
    if (found) return storeTry(em, deps, trying, { ...interrupted, runId: found });
    if (trying.signal.aborted) return null;
  }
  const asked = { runId: null, videoIds: trying.videos.map((video) => video.videoId) };
  const attempt: SourceTry = { ...asked, startedAt: deps.clock.now().toISOString() };
  try {
    await requireTurn(em, deps, trying);
    attempt.startedAt = deps.clock.now().toISOString();
    await storeTry(em, deps, trying, attempt);
    failpoint('before-start');
    const runId = await startNow(em, deps, trying, attempt);
    failpoint('after-start');
    return runId === null ? null : await storeTry(em, deps, trying, { ...attempt, runId });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    await storeTry(em, deps, trying, { ...attempt, refusal: { failure: error.failure, reason: error.message } });
    throw error;
  }
}

async function requireTurn(em: EntityManager, deps: Given, { batch, videos }: Trying): Promise<void> {
  const admitted = await admitRun(em, deps, {
    platform: batch.platform,
    readings: videos.length,
    limitMs: TURN_LIMIT_MS,
  });
  if (!admitted) throw new SourceError('BUSY', 'no turn at the source in time');
}

/** A start whose reply was lost is looked for until it is certain that there is none. */
async function startNow(em: EntityManager, deps: Given, trying: Trying, attempt: SourceTry): Promise<string | null> {
  try {
    return await deps.viewSource.start(
      trying.batch.platform,
      trying.videos,
      SOURCE_RUN_LIMIT_MS,
      sendLimitMs(deps.settings.APIFY_START_TIMEOUT_MS),
    );
  } catch (error) {
    if (!(error instanceof SourceError) || error.failure !== 'LOST') throw error;
    const found = await findLost(em, deps, trying, attempt);
    if (found || trying.signal.aborted) return found;
    throw new SourceError('BUSY', error.message);
  }
}

/**
 * Looks for the run of a try whose id is not known. A start may reach the source some time after it was stored, even
 * when the process that sent it has been replaced, so the search goes on until no start can still be on its way.
 * @returns null when there is no such run, or when the work must stop
 * @throws SourceError the source could not be asked
 */
async function findLost(
  em: EntityManager,
  deps: Given,
  { batch, videos, signal }: Trying,
  attempt: SourceTry,
): Promise<string | null> {
  const { APIFY_START_TIMEOUT_MS: limitMs } = deps.settings;
  const since = new Date(attempt.startedAt);
  const asked = videos.filter((video) => attempt.videoIds.includes(video.videoId));
  for (;;) {
    const settled = isSettled(attempt, limitMs, deps.clock.now());
    const found = await deps.viewSource
      .findStarted(batch.platform, asked, since, await findKnownRuns(em, batch.platform))
      .catch((error: unknown) => {
        if (settled || !(error instanceof SourceError)) throw error;
        return null;
      });
    if (found || settled || signal.aborted) return found;
    await sleep(lookPauseMs(limitMs), undefined, { signal }).catch(() => undefined);
  }
}

async function storeTry(
  em: EntityManager,
  deps: Given,
  { batch, epoch, index }: Trying,
  attempt: SourceTry,
): Promise<string | null> {
  const now = deps.clock.now();
  batch.tries = [...batch.tries.slice(0, index), attempt, ...batch.tries.slice(index + 1)];
  await inTransaction(em, async (transaction) => {
    await requireEpoch(transaction, batch.roundId, epoch);
    const stored = await transaction.findOneOrFail(TrackingBatch, batch.id);
    stored.tries = batch.tries;
    await transaction.flush();
    if (attempt.runId) await rememberRun(transaction, batch.platform, attempt.runId, now);
  });
  return attempt.runId;
}
