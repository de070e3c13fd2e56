import { NotificationType } from '../notification/notification.entity.js';
import type { Notice } from '../notification/notification.service.js';
import type { Candidate } from './plan.rules.js';

const NAMED_LIMIT = 10;

/** To admins: campaigns have waited over a day for a round and get none. @see docs/domain.md T2 */
export function lateNotice(late: readonly Candidate[]): Notice {
  const named = late.slice(0, NAMED_LIMIT).map((candidate) => `"${candidate.title}"`);
  const more = late.length > named.length ? ` and ${late.length - named.length} more` : '';
  return {
    type: NotificationType.TRACKING_TROUBLE,
    title: 'The tracking plan cannot keep up',
    body: `Campaigns have waited over 24 hours for a round: ${named.join(', ')}${more}. Raise TRACKING_MAX_CLIPS_PER_RUN, or track more often.`,
    subject: null,
  };
}

/** To admins: this month's allowance of readings is nearly used up. @see docs/domain.md T15 */
export const allowanceNotice = (left: bigint, monthly: bigint): Notice => ({
  type: NotificationType.TRACKING_TROUBLE,
  title: "This month's readings are nearly used up",
  body: `${left} of ${monthly} readings (APIFY_MONTHLY_READINGS) are left: what does not fit is not tracked until next month.`,
  subject: null,
});
