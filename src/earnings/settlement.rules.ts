import { ReadingOutcome } from '../platform/view-probe.js';
import { DAY_MS } from '../shared/clock.js';
import { type Micros, sumMoney } from '../shared/money.js';
import { ClipState } from '../submission/submission.enums.js';
import { AbandonCause } from '../tracking/tracking.enums.js';
import { allot, type ClipAccount, owed, type Share } from './allotment.rules.js';

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
  return failures >= maxFailures || tooLong ? ClipState.UNAVAILABLE : clip.state;
}

export interface RoundFacts {
  campaignIsOpen: boolean;
  /** Budget less what is spent, read under the lock. */
  remaining: Micros;
  /** Rounds just before this one that were given up for BUDGET_NEEDS_EVERY_CLIP, in a row. */
  budgetWaits: number;
  maxFailures: number;
}

export interface Decision {
  /** Every clip after its reading: kept whether or not money moves. */
  clips: ClipAfter[];
  /** Why no money moves; null when it does. */
  abandon: { cause: AbandonCause; reason: string } | null;
  shares: Share[];
}

/**
 * Decides a round: what becomes of its clips, whether it settles, and who gets what.
 * @see docs/domain.md T6, T9, T10
 */
export function decideRound(clips: readonly RoundClip[], facts: RoundFacts): Decision {
  const after = clips.map((clip) => afterReading(clip, facts.maxFailures));
  const accounts = clips.map((clip, index) => ({ ...clip, views: after[index]?.views ?? clip.views }));
  const counted = after.filter((clip) => clip.state !== ClipState.UNAVAILABLE);
  const unread = counted.filter((clip) => clip.outcome !== ReadingOutcome.VALUE).length;
  const abandon = abandonment(counted.length, unread, sumMoney(accounts.map(owed)) >= facts.remaining, facts);
  return { clips: after, abandon, shares: abandon ? [] : allot(accounts, facts.remaining) };
}

function abandonment(counted: number, unread: number, fillsBudget: boolean, facts: RoundFacts): Decision['abandon'] {
  if (!facts.campaignIsOpen)
    return { cause: AbandonCause.CAMPAIGN_NOT_OPEN, reason: 'The campaign is no longer open.' };
  if (unread >= 2 && unread * 3 > counted)
    return { cause: AbandonCause.TOO_MANY_UNREAD, reason: `${unread} of ${counted} clips could not be read.` };
  if (fillsBudget && unread > 0 && facts.budgetWaits < MOST_BUDGET_WAITS) {
    return {
      cause: AbandonCause.BUDGET_NEEDS_EVERY_CLIP,
      reason: `It would fill the budget while ${unread} of ${counted} clips could not be read.`,
    };
  }
  return null;
}
