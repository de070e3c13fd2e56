import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { failpoint } from '../infra/failpoint.js';
import { counter } from '../infra/observability/metrics.js';
import { reportToAdmins } from '../notification/notification.service.js';
import type { Video } from '../platform/link.rules.js';
import { sourceRefusedNotice } from '../platform/platform-notices.rules.js';
import { admitRun } from '../platform/source-limit.service.js';
import { findKnownRuns, rememberRun } from '../platform/source-run.sql.js';
import { ReadingOutcome } from '../platform/view-probe.js';
import { type Observation, SourceError } from '../platform/view-source.js';
import { tellProgress } from './progress.service.js';
import { judgeBatch } from './reading.rules.js';
import { RoundStatus } from './tracking.enums.js';
import { findClipsToRead, findNextBatch } from './tracking.sql.js';
import { type SourceTry, TrackingBatch } from './tracking-batch.entity.js';
import { TrackingRound } from './tracking-round.entity.js';

type Given = Pick<Deps, 'clock' | 'viewSource' | 'settings' | 'log'>;

const readings = counter('readings_total', 'Readings of clips, by outcome.', ['outcome']);

/** Runs at the source for one batch: the first and its retries. @see docs/domain.md T5 */
const TRIES = 3;
/** After this the source ends a run by itself; we wait a little longer. */
const SOURCE_RUN_LIMIT_MS = 300_000;
const SOURCE_WAIT_MS = 330_000;
/** Longest wait for a turn at a source whose limit is reached. */
const TURN_LIMIT_MS = 120_000;

/** How reading a round ended: all is read, the process wants to stop, or the time is up. */
export type ReadEnd = 'READ' | 'INTERRUPTED' | 'TIME_UP';

export interface ReadLimits {
  /** Fires when the process wants to stop. */
  signal: AbortSignal;
  /** From then on no further batch is begun. @see docs/domain.md T12 */
  deadline: Date;
}

/**
 * Reads every clip of a round that has no outcome yet, batch by batch. Whoever takes up an interrupted round goes on where
 * it stopped: outcomes are kept with the batch, and a run at the source is stored before it is waited for.
 * @see docs/domain.md T3-T6, T12
 */
export async function readRound(
  em: EntityManager,
  deps: Given,
  roundId: string,
  { signal, deadline }: ReadLimits,
): Promise<ReadEnd> {
  const runId = await beginRound(em, deps, roundId);
  const stopping = aborted(signal);
  for (let first = true; ; first = false) {
    const id = await findNextBatch(em, roundId);
    if (!id) return 'READ';
    if (!first) await sleep(deps.settings.TRACKING_BATCH_PAUSE_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return 'INTERRUPTED';
    if (deps.clock.now() >= deadline) return 'TIME_UP';
    const batch = await em.fork().findOneOrFail(TrackingBatch, id);
    if (!(await readBatch(em, deps, batch, { runId, signal, stopping }))) return 'INTERRUPTED';
  }
}

/** How a batch notices that the process wants to stop: by asking, or by waiting for it. */
interface Stopping {
  signal: AbortSignal;
  stopping: Promise<'INTERRUPTED'>;
}

/** The source may be waited for very long; a process that stops does not wait. What is asked there is stored. */
function aborted(signal: AbortSignal): Promise<'INTERRUPTED'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('INTERRUPTED');
    signal.addEventListener('abort', () => resolve('INTERRUPTED'), { once: true });
  });
}

async function beginRound(em: EntityManager, deps: Given, roundId: string): Promise<string> {
  return inTransaction(em, async (transaction) => {
    const round = await transaction.findOneOrFail(TrackingRound, roundId);
    if (round.status === RoundStatus.PENDING)
      Object.assign(round, { status: RoundStatus.READING, startedAt: deps.clock.now() });
    return round.runId;
  });
}

/** @returns false when the process wants to stop before every clip has had its tries: nothing is stored of what is not final */
async function readBatch(
  em: EntityManager,
  deps: Given,
  batch: TrackingBatch,
  { runId, ...stopping }: Stopping & { runId: string },
): Promise<boolean> {
  const clips = await findClipsToRead(em, batch.clipIds);
  const observations = await observe(em, deps, batch, clips, { ...stopping, runId });
  if (!observations) return false;
  const judged = judgeBatch(
    clips.map((clip) => ({
      observation: observations.get(clip.videoId) ?? { kind: 'MISSING', reason: 'not asked' },
      mark: clip,
    })),
    deps.settings.TRACKING_SUSPECT_FACTOR,
  );
  failpoint('after-answer');
  await inTransaction(em, async (transaction) => {
    const stored = await transaction.findOneOrFail(TrackingBatch, batch.id);
    stored.readAt = deps.clock.now();
    stored.outcomes = judged.map((each) => each.outcome);
    stored.views = judged.map((each) => each.views?.toString() ?? null);
    stored.reasons = judged.map((each) => each.reason);
    stored.strikes = judged.map((each) => each.strike);
    stored.succeeded = judged.filter((each) => each.outcome === ReadingOutcome.VALUE).length;
    await transaction.flush();
    await tellProgress(transaction, runId);
  });
  for (const { outcome } of judged) readings.inc({ outcome });
  return true;
}

/** Asks for all videos, then again for those that are MISSING, with back-off; null when the process wants to stop. */
async function observe(
  em: EntityManager,
  deps: Given,
  batch: TrackingBatch,
  videos: readonly Video[],
  { signal, stopping, runId }: Stopping & { runId: string },
): Promise<Map<string, Observation> | null> {
  const observations = new Map<string, Observation>();
  for (let index = 0; index < TRIES; index += 1) {
    const missing = videos.filter((video) => (observations.get(video.videoId)?.kind ?? 'MISSING') === 'MISSING');
    if (missing.length === 0) break;
    const known = batch.tries[index];
    if (index > 0 && !known)
      await sleep(deps.settings.TRACKING_RETRY_DELAY_MS * 2 ** (index - 1), undefined, { signal }).catch(
        () => undefined,
      );
    if (signal.aborted) return null;
    const asked = known ? videos.filter((video) => known.videoIds.includes(video.videoId)) : missing;
    try {
      const sourceRunId = known?.runId ?? (await startStored(em, deps, batch, index, asked));
      failpoint('after-run-stored');
      const answer = await Promise.race([
        deps.viewSource.collect(batch.platform, sourceRunId, asked, SOURCE_WAIT_MS),
        stopping,
      ]);
      if (answer === 'INTERRUPTED') return null;
      for (const [videoId, observation] of answer.observations) observations.set(videoId, observation);
      if (answer.refusedItems.length > 0)
        deps.log.warn(
          { batchId: batch.id, sourceRunId, refusedItems: answer.refusedItems.slice(0, 10) },
          'items of the view source not used',
        );
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      deps.log.warn(
        { batchId: batch.id, platform: batch.platform, failure: error.failure, err: error.message },
        'view source not available',
      );
      for (const video of asked)
        observations.set(video.videoId, { kind: 'MISSING', reason: `source ${error.failure}` });
      if (error.failure === 'REFUSED') {
        await reportToAdmins(em, deps, sourceRefusedNotice(batch.platform, error.message, runId));
        break;
      }
    }
  }
  return observations;
}

/** Starts a run at the source: what is about to be asked is stored before, its run id after. A reply that was lost is looked up. */
async function startStored(
  em: EntityManager,
  deps: Given,
  batch: TrackingBatch,
  index: number,
  videos: readonly Video[],
): Promise<string> {
  const interrupted = batch.tries[index];
  const attempt: SourceTry = interrupted ?? {
    runId: null,
    startedAt: deps.clock.now().toISOString(),
    videoIds: videos.map((video) => video.videoId),
  };
  const since = new Date(attempt.startedAt);
  const lost = async () =>
    deps.viewSource.findStarted(batch.platform, videos, since, await findKnownRuns(em, batch.platform));
  if (interrupted) {
    const found = await lost();
    if (found) return storeTry(em, deps, batch, index, { ...attempt, runId: found });
  } else {
    await storeTry(em, deps, batch, index, attempt);
  }
  await requireTurn(em, deps, batch, videos.length);
  failpoint('before-start');
  const runId = await deps.viewSource
    .start(batch.platform, videos, SOURCE_RUN_LIMIT_MS)
    .catch(async (error: unknown) => {
      const found = error instanceof SourceError && error.failure === 'LOST' ? await lost() : null;
      if (!found) throw error;
      return found;
    });
  failpoint('after-start');
  return storeTry(em, deps, batch, index, { ...attempt, runId });
}

async function requireTurn(em: EntityManager, deps: Given, batch: TrackingBatch, readings: number): Promise<void> {
  const admitted = await admitRun(em, deps, { platform: batch.platform, readings, limitMs: TURN_LIMIT_MS });
  if (!admitted) throw new SourceError('BUSY', 'no turn at the source in time');
}

async function storeTry(
  em: EntityManager,
  deps: Given,
  batch: TrackingBatch,
  index: number,
  attempt: SourceTry,
): Promise<string> {
  const now = deps.clock.now();
  batch.tries = [...batch.tries.slice(0, index), attempt, ...batch.tries.slice(index + 1)];
  await inTransaction(em, async (transaction) => {
    const stored = await transaction.findOneOrFail(TrackingBatch, batch.id);
    stored.tries = batch.tries;
    await transaction.flush();
    if (attempt.runId) await rememberRun(transaction, batch.platform, attempt.runId, now);
  });
  return attempt.runId ?? '';
}
