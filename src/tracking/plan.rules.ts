import { DAY_MS } from '../shared/clock.js';

/** What the plan knows of a campaign that could get a round. */
export interface Candidate {
  campaignId: string;
  title: string;
  /** Clips that count against the allowance: those LIVE. */
  liveClips: number;
  /** Whether one of them was never in a round. */
  hasUntriedClips: boolean;
  /** When its last round ended; null for none yet. */
  lastRoundAt: Date | null;
  /** Its last round, or the approval of its first clip: since when it has been waiting for one. */
  waitingSince: Date;
  /** Its deadline has passed: this is its last round. */
  pastEnd: boolean;
}

/**
 * Where a candidate stands in the order of T2; lower is sooner. One without a round yet ages like any other, or a
 * schedule that cannot keep up would never come to it.
 */
function rank(candidate: Candidate, now: Date): number {
  if (candidate.pastEnd) return 0;
  if (now.getTime() - candidate.waitingSince.getTime() > DAY_MS) return 1;
  if (candidate.hasUntriedClips) return 2;
  return candidate.lastRoundAt ? 4 : 3;
}

/**
 * Past their end, last round over 24 h ago, clips never tried, no round yet, then the stalest.
 * @see docs/domain.md T2
 */
export function inOrderOfNeed(candidates: readonly Candidate[], now: Date): Candidate[] {
  const age = (candidate: Candidate) => candidate.waitingSince.getTime();
  return candidates.toSorted(
    (left, right) =>
      rank(left, now) - rank(right, now) || age(left) - age(right) || (left.campaignId < right.campaignId ? -1 : 1),
  );
}

/**
 * Which campaigns a run takes: whole ones or none of them. One that does not fit into what is left is passed over for
 * the next; one larger than the whole allowance gets a run of its own; those past their end come first and cost no
 * allowance.
 * @param allowance clips a run may read, and clips that may still be read this month; without a month's limit, Infinity
 * @see docs/domain.md T1, T2, T15, C6
 */
export function planRun(
  candidates: readonly Candidate[],
  allowance: { perRun: number; thisMonth: number },
  now: Date,
): Candidate[] {
  const planned: Candidate[] = [];
  const { perRun, thisMonth } = allowance;
  let left = Math.min(perRun, thisMonth);
  let counted = 0;
  for (const candidate of inOrderOfNeed(candidates, now)) {
    if (candidate.pastEnd) {
      planned.push(candidate);
      continue;
    }
    const aloneInItsRun = candidate.liveClips > perRun && candidate.liveClips <= thisMonth && counted === 0;
    if (candidate.liveClips > left && !aloneInItsRun) continue;
    planned.push(candidate);
    counted += 1;
    left -= candidate.liveClips;
    if (aloneInItsRun) break;
  }
  return planned;
}

/** Campaigns that have waited over a day and get no round in this plan: it cannot keep up. @see docs/domain.md T2 */
export function lateAfter(candidates: readonly Candidate[], plan: readonly Candidate[], now: Date): Candidate[] {
  return candidates.filter(
    (candidate) => now.getTime() - candidate.waitingSince.getTime() > DAY_MS && !plan.includes(candidate),
  );
}
