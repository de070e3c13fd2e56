import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { reportToAdmins } from '../notification/notification.service.js';
import { upstreamUnavailable } from '../shared/errors.js';
import type { Video } from './link.rules.js';
import { sourceRefusedNotice } from './platform-notices.rules.js';
import { admitRun } from './source-limit.service.js';
import type { RunPurpose } from './source-limit.sql.js';
import { findKnownRuns, rememberRun } from './source-run.sql.js';
import { type Observation, SourceError } from './view-source.js';

type Given = Pick<Deps, 'viewSource' | 'settings' | 'log' | 'clock'>;

const TRIES = 3;
/** With less time left no run is bought: nobody would be there for its answer. */
const SHORTEST_RUN_MS = 1_000;
/** Within this a clipper who submits has an answer. @see docs/domain.md S4 */
export const READ_NOW_LIMIT_MS = 90_000;

export interface ReadLimits {
  /** From the call to the answer, retries and waits for a turn included. */
  limitMs?: number;
  purpose?: RunPurpose;
}

/** When somebody's patience ends. */
interface Deadline {
  leftMs(): number;
  /** Resolves to null at that time. */
  reached: Promise<null>;
}

/**
 * Reads one clip while somebody waits, with retries. The caller holds no transaction meanwhile.
 * @throws UPSTREAM_UNAVAILABLE the source could not be asked; MISSING is an answer, not an error
 */
export async function readNow(
  em: EntityManager,
  deps: Given,
  video: Video,
  { limitMs = READ_NOW_LIMIT_MS, purpose }: ReadLimits = {},
): Promise<Observation> {
  const timer = new AbortController();
  const end = performance.now() + limitMs;
  const deadline = {
    leftMs: () => end - performance.now(),
    reached: sleep(Math.max(limitMs, 0), null, { ref: false, signal: timer.signal }).catch(() => null),
  };
  try {
    return await readWithin(em, deps, video, deadline, purpose);
  } finally {
    timer.abort();
  }
}

async function readWithin(
  em: EntityManager,
  deps: Given,
  video: Video,
  { leftMs, reached }: Deadline,
  purpose: RunPurpose | undefined,
): Promise<Observation> {
  let last: Observation = { kind: 'MISSING', reason: 'no answer in time', failed: true };
  for (let tried = 1; tried <= TRIES && leftMs() > 0; tried += 1) {
    const answer = await Promise.race([tryOnce(em, deps, video, leftMs, purpose), reached]);
    if (answer === null) break;
    if (answer instanceof SourceError) {
      deps.log.warn(
        { platform: video.platform, failure: answer.failure, err: answer.message },
        'view source not available',
      );
      if (answer.failure === 'REFUSED') {
        await reportToAdmins(em, deps, sourceRefusedNotice(video.platform, answer.message, null));
        throw upstreamUnavailable('The view count cannot be read at the moment: try again later.');
      }
      // What the source said of the clip before counts for more than a failure after it.
      if (last.failed) last = { kind: 'MISSING', reason: answer.message, failed: true };
    } else if (answer.kind !== 'MISSING') return answer;
    else if (last.failed || !answer.failed) last = answer;
    if (tried < TRIES)
      await Promise.race([
        sleep(deps.settings.TRACKING_RETRY_DELAY_MS * 2 ** (tried - 1), undefined, { ref: false }),
        reached,
      ]);
  }
  return last;
}

async function tryOnce(
  em: EntityManager,
  deps: Given,
  video: Video,
  leftMs: () => number,
  purpose: RunPurpose | undefined,
): Promise<Observation | SourceError> {
  const source = deps.viewSource;
  const startedAt = deps.clock.now();
  if (!(await admitRun(em, deps, { platform: video.platform, purpose, readings: 1, limitMs: leftMs() })))
    return new SourceError('BUSY', 'no turn at the source in time');
  if (leftMs() < SHORTEST_RUN_MS) return new SourceError('BUSY', 'no time left for a run');
  try {
    const runId = await source.start(video.platform, [video], leftMs()).catch(async (error: unknown) => {
      if (!(error instanceof SourceError) || error.failure !== 'LOST') throw error;
      const found = await source.findStarted(
        video.platform,
        [video],
        startedAt,
        await findKnownRuns(em, video.platform),
      );
      if (found === null) throw error;
      return found;
    });
    await rememberRun(em, video.platform, runId, deps.clock.now());
    const { observations } = await source.collect(video.platform, runId, [video], Math.max(leftMs(), 0));
    return observations.get(video.videoId) ?? { kind: 'MISSING', reason: 'no item in the answer' };
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
}
