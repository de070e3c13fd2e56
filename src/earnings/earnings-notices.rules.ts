import { CompletionReason } from '../campaign/campaign.enums.js';
import { NotificationType } from '../notification/notification.entity.js';
import type { Notice } from '../notification/notification.service.js';
import { formatMoneyWithCurrency, type Micros } from '../shared/money.js';

const WHY: Record<CompletionReason, string> = {
  BUDGET_FILLED: 'its budget is spent',
  DEADLINE: 'it has reached its deadline',
  MANUAL: 'it was closed',
};

/**
 * To a clipper with an approved clip in it.
 * @param reason null when it was cancelled
 * @see docs/domain.md C6
 */
export function endedNotice(
  campaign: { id: string; title: string },
  reason: CompletionReason | null,
  earned: Micros,
  currency: string,
): Notice {
  const why = reason ? `The campaign is complete: ${WHY[reason]}.` : 'The campaign was cancelled.';
  return {
    type: reason ? NotificationType.CAMPAIGN_COMPLETED : NotificationType.CAMPAIGN_CANCELLED,
    title: `"${campaign.title}" has ended`,
    body: `${why} Your clips earned ${formatMoneyWithCurrency(earned, currency)} in it.`,
    subject: { type: 'Campaign', id: campaign.id },
  };
}

/** To its clipper. @see docs/domain.md T8 */
export const unavailableNotice = (clip: { submissionId: string; canonicalUrl: string }, campaign: string): Notice => ({
  type: NotificationType.CLIP_UNAVAILABLE,
  title: `Your clip in "${campaign}" cannot be read`,
  body: `${clip.canonicalUrl} is gone, private or not answered for. It keeps what it earned and is tried again once a day.`,
  subject: { type: 'ClipSubmission', id: clip.submissionId },
});

/** To admins: a count so high that it needs a second reading. @see docs/domain.md T7 */
export const suspectNotice = (campaign: { id: string; title: string }, clips: number): Notice => ({
  type: NotificationType.TRACKING_TROUBLE,
  title: `Suspect view counts in "${campaign.title}"`,
  body: `${clips === 1 ? 'A clip' : `${clips} clips`} had a count far above the last one. It pays when the next reading confirms it: see clips(suspect: true).`,
  subject: { type: 'Campaign', id: campaign.id },
});

/** To admins: a round given up. @see docs/domain.md T6, T12 */
export const givenUpNotice = (round: { runId: string; reason: string | null }, campaign: string): Notice => ({
  type: NotificationType.TRACKING_TROUBLE,
  title: `A round of "${campaign}" was given up`,
  body: `No money moved. ${round.reason ?? ''}`.trim(),
  subject: { type: 'TrackingRun', id: round.runId },
});
