import { ReadingOutcome } from '../../platform/view-probe.js';
import { DAY_MS } from '../../shared/clock.js';
import { type Micros, sumMoney } from '../../shared/money.js';
import { ClipState } from '../../submission/submission.enums.js';
import { AbandonCause } from '../../tracking/tracking.enums.js';
import { allot, type Claim, type ClipAccount, claimOf, type Share } from './allotment.rules.js';

const LONGEST_WITHOUT_VALUE_MS = 7 * DAY_MS;
/** How often in a row a round is given up because it would fill the budget with clips unread. @see docs/domain.md T6 */
const MOST_BUDGET_WAITS = 3;

/** One clip of a round under the lock: how it stands, and its outcome. */
export interface RoundClip extends ClipAccount {
  readingId: string;
  state: ClipState;
  outcome: ReadingOutcome;
  readViews: bigint | null;
  readAt: Date;
  strike: boolean;
  failures: number;
  lastValueAt: Date | null;
  approvedAt: Date;
  suspectViews: bigint | null;
  markReadingId: string | null;
}

/** What a reading makes of its clip. */
export interface ClipAfter {
  clipId: string;
  state: ClipState;
  views: bigint;
  markReadingId: string | null;
  outcome: ReadingOutcome;
  readAt: Date;
  lastValueAt: Date | null;
  suspectViews: bigint | null;
  failures: number;
}

/**
 * A clip after its reading: the mark rises with a VALUE and never falls; what counts toward quarantine is counted.
 * @see docs/domain.md T7, T8
 */
export function afterReading(clip: RoundClip, maxFailures: number): ClipAfter {
  const { clipId, outcome, readAt } = clip;
  const value = outcome === ReadingOutcome.VALUE ? clip.readViews : null;
  const rises = value !== null && value > clip.views;
  const failures = value !== null ? 0 : clip.failures + (clip.strike ? 1 : 0);
  return {
    clipId,
    outcome,
    readAt,
    failures,
    state: stateAfter(clip, failures, maxFailures),
    views: rises ? value : clip.views,
    markReadingId: rises ? clip.readingId : clip.markReadingId,
    lastValueAt: value !== null ? readAt : clip.lastValueAt,
    suspectViews:
      outcome === ReadingOutcome.MISSING
        ? clip.suspectViews
        : outcome === ReadingOutcome.SUSPECT
          ? clip.readViews
          : null,
  };
}

function stateAfter(clip: RoundClip, failures: number, maxFailures: number): ClipState {
  if (clip.outcome === ReadingOutcome.VALUE) return ClipState.LIVE;
  if (clip.outcome === ReadingOutcome.SUSPECT) return clip.state;
  const since = (clip.lastValueAt ?? clip.approvedAt).getTime();
  const tooLong = clip.readAt.getTime() - since > LONGEST_WITHOUT_VALUE_MS;
  // Our own outage is not the clip's: a week without a VALUE counts when the source speaks of this clip.
  return clip.strike && (failures >= maxFailures || tooLong) ? ClipState.UNAVAILABLE : clip.state;
}

/** What a round comes to, gathered clip by clip: all that deciding it needs, however many clips it has. */
export interface Tally {
  /** Clips that must be read: those not UNAVAILABLE after their readings. */
  counted: number;
  /** Of these, those without a VALUE. */
  unread: number;
  /** Clips with a VALUE. */
  succeeded: number;
  /** All clips. */
  total: number;
  claims: Claim[];
  /** Clips with a SUSPECT reading. */
  suspects: number;
  /** Clips that this round made UNAVAILABLE. */
  lost: string[];
}

export const emptyTally = (): Tally => ({
  counted: 0,
  unread: 0,
  succeeded: 0,
  total: 0,
  claims: [],
  suspects: 0,
  lost: [],
});

/** Adds clips to a tally; answers them after their readings. The order in which clips come decides nothing. */
export function addToTally(tally: Tally, clips: readonly RoundClip[], maxFailures: number): ClipAfter[] {
  return clips.map((clip) => {
    const after = afterReading(clip, maxFailures);
    const hasValue = clip.outcome === ReadingOutcome.VALUE;
    const mustBeRead = after.state !== ClipState.UNAVAILABLE;
    const claim = claimOf({ ...clip, views: after.views });
    tally.total += 1;
    if (hasValue) tally.succeeded += 1;
    if (mustBeRead) tally.counted += 1;
    if (mustBeRead && !hasValue) tally.unread += 1;
    if (claim) tally.claims.push(claim);
    if (clip.outcome === ReadingOutcome.SUSPECT) tally.suspects += 1;
    if (clip.state === ClipState.LIVE && !mustBeRead) tally.lost.push(clip.clipId);
    return after;
  });
}

export interface RoundFacts {
  campaignIsOpen: boolean;
  /** The run has taken too long. */
  timeIsUp: boolean;
  /** Budget less what is spent, read under the lock. */
  remaining: Micros;
  /** Rounds just before this one that were given up for BUDGET_NEEDS_EVERY_CLIP, in a row. */
  budgetWaits: number;
}

export interface Decision {
  /** Why no money moves; null when it does. */
  abandon: { cause: AbandonCause; reason: string } | null;
  shares: Share[];
}

/**
 * Decides a round: whether it settles, and who gets what.
 * @see docs/domain.md T6, T9, T10, T12
 */
export function decideRound(tally: Tally, facts: RoundFacts): Decision {
  const abandon = abandonment(tally, facts);
  return { abandon, shares: abandon ? [] : allot(tally.claims, facts.remaining) };
}

function abandonment({ counted, unread, claims }: Tally, facts: RoundFacts): Decision['abandon'] {
  if (!facts.campaignIsOpen)
    return { cause: AbandonCause.CAMPAIGN_NOT_OPEN, reason: 'The campaign is no longer open.' };
  if (facts.timeIsUp)
    return { cause: AbandonCause.TIME_LIMIT, reason: 'The run took longer than TRACKING_RUN_MAX_MINUTES.' };
  if (unread >= 2 && unread * 3 > counted) {
    return { cause: AbandonCause.TOO_MANY_UNREAD, reason: `${unread} of ${counted} clips could not be read.` };
  }
  const fillsBudget = sumMoney(claims.map((claim) => claim.owed)) >= facts.remaining;
  if (fillsBudget && unread > 0 && facts.budgetWaits < MOST_BUDGET_WAITS) {
    return {
      cause: AbandonCause.BUDGET_NEEDS_EVERY_CLIP,
      reason: `It would fill the budget while ${unread} of ${counted} clips could not be read.`,
    };
  }
  return null;
}
