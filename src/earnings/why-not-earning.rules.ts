import { CampaignStatus } from '../campaign/campaign.enums.js';
import { isEnded } from '../campaign/campaign.rules.js';
import { ReadingOutcome } from '../platform/view-probe.js';
import { formatMoneyWithCurrency, type Micros, maxMoney } from '../shared/money.js';
import { ClipState } from '../submission/submission.enums.js';

/** All that decides whether a clip earns, read at one moment. */
export interface EarningFacts {
  state: ClipState;
  campaignStatus: CampaignStatus;
  /** Baseline: they pay nothing. */
  initialViews: bigint;
  /** High-water mark. */
  views: bigint;
  minViews: bigint;
  maxEarnings: Micros | null;
  earnings: Micros;
  /** When it was last read, whatever the outcome. */
  lastTrackedAt: Date | null;
  lastOutcome: string | null;
  lastValueAt: Date | null;
}

/**
 * Why a clip earns nothing now, in a sentence for its owner; what lasts longest comes first.
 * @param currency for its maximum
 * @returns null when it earns
 * @see docs/domain.md C1, T4, T7-T9, S6
 */
export function whyNotEarning(facts: EarningFacts, currency: string): string | null {
  const { state, campaignStatus, maxEarnings, earnings } = facts;
  if (state === ClipState.REVOKED) return 'It was revoked and earns nothing more.';
  if (isEnded(campaignStatus)) return `Its campaign is over (${campaignStatus}).`;
  if (maxEarnings !== null && earnings >= maxEarnings)
    return `It has reached its maximum of ${formatMoneyWithCurrency(maxEarnings, currency)}.`;
  if (campaignStatus === CampaignStatus.PAUSED)
    return 'Its campaign is paused. What it gains now is paid after the campaign resumes.';
  return whyNotRead(facts) ?? whyNotPaid(facts);
}

function whyNotRead({ state, lastTrackedAt, lastOutcome, lastValueAt }: EarningFacts): string | null {
  if (state === ClipState.UNAVAILABLE)
    return 'Its platform does not show it any more. It is tried once a day and earns again when it is found.';
  if (lastTrackedAt === null) return 'It waits for its first reading.';
  if (lastOutcome === ReadingOutcome.SUSPECT)
    return 'Its last count is too high to be believed at once. It pays when a second reading confirms it.';
  return lastValueAt === null ? 'Its views could not be read yet. They are tried again in the next round.' : null;
}

function whyNotPaid({ views, initialViews, minViews }: EarningFacts): string | null {
  const counted = maxMoney(views - initialViews, 0n);
  if (counted < minViews) return `It has ${counted} counted views, below the minimum of ${minViews}.`;
  return counted === 0n ? `It has no views above the ${initialViews} that it had when it was submitted.` : null;
}
