import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { failpoint } from '../infra/failpoint.js';
import { counter } from '../infra/observability/metrics.js';
import { reportToAdmins } from '../notification/notification.service.js';
import type { Video } from '../platform/link.rules.js';
import { sourceRefusedNotice } from '../platform/platform-notices.rules.js';
import { ReadingOutcome } from '../platform/view-probe.js';
import { type Observation, type SourceAnswer, SourceError } from '../platform/view-source.js';
import { publishProgress } from './progress.service.js';
import { judgeBatch } from './reading.rules.js';
import { requireEpoch } from './round-epoch.sql.js';
import { knownEnd } from './source-try.rules.js';
import { startOrFind, type Trying } from './source-try.service.js';
import { RoundStatus } from './tracking.enums.js';
import { findClipsToRead, findNextBatch } from './tracking.sql.js';
import { TrackingBatch } from './tracking-batch.entity.js';
import { TrackingRound } from './tracking-round.entity.js';

type Given = Pick<Deps, 'clock' | 'viewSource' | 'settings' | 'log'>;

const readings = counter('readings_total', 'Readings of clips, by outcome.', ['outcome']);

/** Runs at the source for one batch: the first and its retries. @see docs/domain.md T5 */
const TRIES = 3;
/** A little longer than the source lets a run go on. */
const SOURCE_WAIT_MS = 330_000;

/** How reading a round ended: all is read, the process wants to stop, or the time is up. */
export type ReadEnd = 'READ' | 'INTERRUPTED' | 'TIME_UP';

export interface ReadLimits {
  /** Under which the round was taken; nothing is written under an older one. */
  epoch: number;
  /** Fires when the process wants to stop, or has lost the round. */
  signal: AbortSignal;
  /** No further batch is begun after this instant. @see docs/domain.md T12 */
  deadline: Date;
}

/**
 * Reads every clip of a round that has no outcome yet, batch by batch. Whoever takes up an interrupted round goes on
 * where it stopped: outcomes are kept with the batch, and a run at the source is stored before it is waited for.
 * @throws RoundTakenOver
 * @see docs/domain.md T3-T6, T12
 */
export async function readRound(
  em: EntityManager,
  deps: Given,
  roundId: string,
  { epoch, signal, deadline }: ReadLimits,
): Promise<ReadEnd> {
  const runId = await beginRound(em, deps, roundId, epoch);
  const stopping = aborted(signal);
  for (let first = true; ; first = false) {
    const id = await findNextBatch(em, roundId);
    if (!id) return 'READ';
    if (!first) await sleep(deps.settings.TRACKING_BATCH_PAUSE_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return 'INTERRUPTED';
    if (deps.clock.now() >= deadline) return 'TIME_UP';
    const batch = await em.fork().findOneOrFail(TrackingBatch, id);
    if (!(await readBatch(em, deps, batch, { epoch, runId, signal, stopping }))) return 'INTERRUPTED';
  }
}

/** Of which round a batch is read, and how it notices that it must stop: by asking, or by waiting for it. */
interface Reading {
  epoch: number;
  runId: string;
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

async function beginRound(em: EntityManager, deps: Given, roundId: string, epoch: number): Promise<string> {
  return inTransaction(em, async (transaction) => {
    await requireEpoch(transaction, roundId, epoch);
    const round = await transaction.findOneOrFail(TrackingRound, roundId);
    if (round.status === RoundStatus.PENDING)
      Object.assign(round, { status: RoundStatus.READING, startedAt: deps.clock.now() });
    return round.runId;
  });
}

/**
 * @returns false when the process wants to stop before every clip has had its tries: nothing is stored of what is not
 * final
 */
async function readBatch(em: EntityManager, deps: Given, batch: TrackingBatch, reading: Reading): Promise<boolean> {
  const clips = await findClipsToRead(em, batch.clipIds);
  const observations = await observe(em, deps, batch, clips, reading);
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
    await requireEpoch(transaction, batch.roundId, reading.epoch);
    const stored = await transaction.findOneOrFail(TrackingBatch, batch.id);
    stored.readAt = deps.clock.now();
    stored.outcomes = judged.map((each) => each.outcome);
    stored.views = judged.map((each) => each.views?.toString() ?? null);
    stored.reasons = judged.map((each) => each.reason);
    stored.strikes = judged.map((each) => each.strike);
    stored.succeeded = judged.filter((each) => each.outcome === ReadingOutcome.VALUE).length;
    await transaction.flush();
    await publishProgress(transaction, reading.runId);
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
  { epoch, signal, stopping, runId }: Reading,
): Promise<Map<string, Observation> | null> {
  const observations = new Map<string, Observation>();
  for (let index = 0; index < TRIES; index += 1) {
    const missing = videos.filter((video) => (observations.get(video.videoId)?.kind ?? 'MISSING') === 'MISSING');
    if (missing.length === 0) break;
    const known = batch.tries[index];
    if (index > 0 && !known) await backOff(deps, index - 1, signal);
    if (signal.aborted) return null;
    const asked = known ? videos.filter((video) => known.videoIds.includes(video.videoId)) : missing;
    try {
      const answer = await askOnce(em, deps, { batch, epoch, index, videos: asked, signal }, stopping);
      if (!answer) return null;
      for (const [videoId, observation] of answer.observations) observations.set(videoId, observation);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      deps.log.warn(
        { batchId: batch.id, platform: batch.platform, failure: error.failure, err: error.message },
        'view source not available',
      );
      for (const video of asked)
        observations.set(video.videoId, { kind: 'MISSING', reason: `source ${error.failure}` });
      if (error.failure === 'REFUSED')
        await reportToAdmins(em, deps, sourceRefusedNotice(batch.platform, error.message, runId));
      // After any other failure a run may have been paid: another would buy the same again.
      if (error.failure !== 'BUSY') break;
    }
  }
  return observations;
}

const backOff = (deps: Given, doublings: number, signal: AbortSignal) =>
  sleep(deps.settings.TRACKING_RETRY_DELAY_MS * 2 ** doublings, undefined, { signal }).catch(() => undefined);

/** One run at the source and its answer; null when the process wants to stop. @throws SourceError */
async function askOnce(
  em: EntityManager,
  deps: Given,
  trying: Trying,
  stopping: Promise<'INTERRUPTED'>,
): Promise<SourceAnswer | null> {
  const { batch, index } = trying;
  const ended = knownEnd(batch.tries, index);
  if (ended) throw new SourceError(ended.failure, ended.reason);
  const sourceRunId = batch.tries[index]?.runId ?? (await startOrFind(em, deps, trying));
  if (!sourceRunId) return null;
  failpoint('after-run-stored');
  const answer = await Promise.race([collect(deps, trying, sourceRunId), stopping]);
  if (answer === 'INTERRUPTED' || answer === null) return null;
  if (answer.refusedItems.length > 0)
    deps.log.warn(
      { batchId: batch.id, sourceRunId, refusedItems: answer.refusedItems.slice(0, 10) },
      'ignored items of the view source',
    );
  return answer;
}

/** Reads what a run found. It is paid already, so that a source that cannot be read is asked again for the same run. */
async function collect(deps: Given, trying: Trying, sourceRunId: string): Promise<SourceAnswer | null> {
  const { batch, videos, signal } = trying;
  for (let tried = 1; ; tried += 1) {
    try {
      return await deps.viewSource.collect(batch.platform, sourceRunId, videos, SOURCE_WAIT_MS);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (tried === TRIES || error.failure === 'REFUSED')
        throw new SourceError(error.failure === 'REFUSED' ? 'REFUSED' : 'LOST', error.message);
      await backOff(deps, tried, signal);
      if (signal.aborted) return null;
    }
  }
}
