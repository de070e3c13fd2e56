import type { Video } from './link.rules.js';
import type { Platform } from './platform.js';

/** The highest count that is taken for one. @see docs/domain.md T4 */
export const VIEWS_LIMIT = 100_000_000_000n;

/** What the source said of one clip. Unknown is not zero. @see docs/domain.md T4 */
export type Observation =
  | { kind: 'VALUE'; views: bigint }
  /** failed: the source or the way to it failed. Else it answered, and said nothing usable of this clip. */
  | { kind: 'MISSING'; reason: string; failed?: true }
  | { kind: 'REMOVED'; reason: string };

export interface SourceAnswer {
  /** One for every video that was asked for, by video id. */
  observations: Map<string, Observation>;
  /** Why items of the answer were not used, for the log. */
  refusedItems: string[];
}

/**
 * Why the source could not be asked.
 * - LOST: no reply; the run may have been started.
 * - BUSY: no run was started; it may work later (limits, the host cannot be reached).
 * - REFUSED: it will not work until somebody does something (key, quota, input).
 */
export type SourceFailure = 'LOST' | 'BUSY' | 'REFUSED';

export class SourceError extends Error {
  override readonly name = 'SourceError';

  constructor(
    readonly failure: SourceFailure,
    message: string,
  ) {
    super(message);
  }
}

/** Where view counts are read. One platform per run, many videos per run. */
export interface ViewSource {
  /**
   * Starts a run and answers its id, which is to be stored before it is waited for. Never repeated by itself: each is
   * paid.
   * @param timeLimitMs after which the source itself ends the run
   * @param sendLimitMs the request leaves within this time or never, even when the process was frozen meanwhile:
   * another
   *   instance may have taken the work over by then
   * @throws SourceError
   */
  start(platform: Platform, videos: readonly Video[], timeLimitMs: number, sendLimitMs?: number): Promise<string>;
  /**
   * Finds a run for exactly these videos whose start reply was lost.
   * @param known runs that are not it: those whose ids have been stored
   * @returns its id, or null when there is none since then
   * @throws SourceError
   */
  findStarted(
    platform: Platform,
    videos: readonly Video[],
    since: Date,
    known?: readonly string[],
  ): Promise<string | null>;
  /**
   * Waits for a run to end, at most `waitMs`, and reads what it found. A run that failed or did not end answers with
   * what it has; the rest is MISSING.
   * @throws SourceError the source cannot be reached
   */
  collect(platform: Platform, runId: string, videos: readonly Video[], waitMs: number): Promise<SourceAnswer>;
}

declare module '../infra/context.js' {
  interface Deps {
    viewSource: ViewSource;
  }
}
