import { ReadingOutcome } from '../platform/view-probe.js';
import type { Observation } from '../platform/view-source.js';

const SUSPECT_FLOOR = 1_000n;
const OUTAGE_CLIPS = 3;

/** What a clip's reading before says about the next one. */
export interface ClipMark {
  /** High-water mark. */
  views: bigint;
  /** The count of its newest reading, MISSING aside, when that was SUSPECT. */
  suspectViews: bigint | null;
}

/** One clip's outcome in a round. */
export interface Judgement {
  outcome: ReadingOutcome;
  views: bigint | null;
  reason: string | null;
  /** Counts toward quarantine. */
  strike: boolean;
}

/**
 * Judges what the source said of the clips of one batch, in their order.
 * @param suspectFactor how many times its mark a count may be before it needs a second reading
 * @see docs/domain.md T4, T5, T7, T8
 */
export function judgeBatch(
  clips: readonly { observation: Observation; mark: ClipMark }[],
  suspectFactor: number,
): Judgement[] {
  const errors = clips.filter(({ observation }) => observation.kind !== 'VALUE').length;
  const outage = errors >= OUTAGE_CLIPS && errors * 2 >= clips.length;
  const judged = clips.map(({ observation, mark }) =>
    judge(outage ? asOutage(observation) : observation, mark, suspectFactor),
  );
  const anyValue = judged.some(({ outcome }) => outcome === ReadingOutcome.VALUE);
  return judged.map((each) => ({
    ...each,
    strike: each.outcome === ReadingOutcome.REMOVED || (each.outcome === ReadingOutcome.MISSING && anyValue),
  }));
}

/** In an outage the source speaks of itself, not of the clips: none of them is gone. */
function asOutage(observation: Observation): Observation {
  return observation.kind === 'REMOVED' ? { kind: 'MISSING', reason: `outage (${observation.reason})` } : observation;
}

function judge(observation: Observation, mark: ClipMark, suspectFactor: number): Omit<Judgement, 'strike'> {
  if (observation.kind !== 'VALUE')
    return { outcome: ReadingOutcome[observation.kind], views: null, reason: observation.reason };
  const { views } = observation;
  if (!isSuspect(views, mark, suspectFactor)) return { outcome: ReadingOutcome.VALUE, views, reason: null };
  return { outcome: ReadingOutcome.SUSPECT, views, reason: `over ${suspectFactor} times its mark` };
}

/** A jump needs a second reading that says (nearly) the same. @see docs/domain.md T7 */
export function isSuspect(views: bigint, mark: ClipMark, suspectFactor: number): boolean {
  const floor = mark.views > SUSPECT_FLOOR ? mark.views : SUSPECT_FLOOR;
  if (views <= floor * BigInt(suspectFactor)) return false;
  return mark.suspectViews === null || views * 10n < mark.suspectViews * 9n;
}
