import type { SourceFailure } from '../platform/view-source.js';

/** One try at the clips of a batch: a run at the source, stored before it is waited for. @see docs/domain.md T12 */
export interface SourceTry {
  /** The source's own id of the run; null while its start is not known to have happened. */
  runId: string | null;
  startedAt: string;
  videoIds: string[];
  /** Why no run came of it; absent while that is open. Rows of version 0.1.0 never have it. */
  refusal?: { failure: SourceFailure; reason: string };
}

/** A start is sent within this part of the time limit after its try was stored, or not at all. */
const SEND_PART = 0.25;
/** Waiting for the reply takes the whole limit; the rest is for the source to list the run. */
const SETTLED_PART = 1.5;
const LOOK_PART = 0.1;

/**
 * How long after a try was stored its start may still be sent, in milliseconds. @param limitMs time limit of a start
 */
export const sendLimitMs = (limitMs: number) => limitMs * SEND_PART;

/** How long to wait between two looks for a lost run, in milliseconds. @param limitMs time limit of a start */
export const lookPauseMs = (limitMs: number) => limitMs * LOOK_PART;

/**
 * Whether a run of the try would be listed by now: no start of it can still be on its way.
 * @param limitMs time limit of a start
 * @see docs/domain.md T12
 */
export function isSettled(attempt: Pick<SourceTry, 'startedAt'>, limitMs: number, now: Date): boolean {
  return now.getTime() - Date.parse(attempt.startedAt) >= limitMs * SETTLED_PART;
}

/**
 * What is known of a try when its batch is taken up again. A try without a run is open only while it is the last one:
 * the next is made when it has come to nothing.
 * @returns null when the try is not made yet or is open: its run has to be started or found
 * @see docs/domain.md T12
 */
export function knownEnd(tries: readonly SourceTry[], index: number): SourceTry['refusal'] | null {
  const attempt = tries[index];
  if (!attempt || attempt.runId) return null;
  if (attempt.refusal) return attempt.refusal;
  return index < tries.length - 1 ? { failure: 'BUSY', reason: 'the source took no run' } : null;
}
