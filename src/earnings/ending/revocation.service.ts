import { spentOf } from '../../campaign/campaign.sql.js';
import { CampaignEventType } from '../../campaign/campaign-event.entity.js';
import type { Deps, Viewer } from '../../infra/context.js';
import type { EntityManager } from '../../infra/database/database.js';
import { readDatabaseClock } from '../../infra/database/database-clock.js';
import { newId } from '../../infra/identifier.js';
import { notify } from '../../notification/notification.service.js';
import { formatMoneyWithCurrency } from '../../shared/money.js';
import { Clip } from '../../submission/clip.entity.js';
import type { ClipSubmission } from '../../submission/clip-submission.entity.js';
import { one, recordReview, review } from '../../submission/review.service.js';
import { ClipState, type RejectionReason, SubmissionStatus } from '../../submission/submission.enums.js';
import { checkRejection, requireRevocable } from '../../submission/submission.rules.js';
import { revokedNotice } from '../../submission/submission-notices.rules.js';
import { lockUsers } from '../../user/user.sql.js';
import { EarningCap, EarningReason } from '../earnings.enums.js';
import { EarningEntry } from '../settlement/earning-entry.entity.js';
import { digestOf } from '../settlement/ledger.sql.js';

/**
 * Takes an approved submission out for fraud: an entry of minus all that its clip earned. The money is the campaign's
 * again; after the end it is not shared out. Nothing is edited or deleted; the clip cannot come back. The clipper's row
 * is locked before the clock is read: of a revocation and a payout request at once, the later one sees what the other
 * did.
 * @throws BAD_USER_INPUT, NOT_FOUND, FORBIDDEN one's own, CONFLICT not APPROVED, or its earnings are available
 * @see docs/domain.md S5, S6, L1
 */
export async function revokeSubmission(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings'>,
  viewer: Viewer,
  id: string,
  input: { reason: RejectionReason; note?: string | null },
): Promise<ClipSubmission> {
  const { reason, note } = checkRejection(input);
  return one(
    await review(em, deps, [id], async (each) => {
      const { submission, campaign, now } = each;
      await lockUsers(each.em, [submission.clipperId]);
      requireRevocable(submission, campaign, viewer, await readDatabaseClock(each.em));
      const clip = await each.em.findOneOrFail(Clip, { submissionId: id });
      const eventId = newId();
      const reversed = clip.earnings;
      if (reversed !== 0n)
        each.em.persist(
          each.em.create(EarningEntry, { ...reversalOf(clip, submission), id: newId(), eventId, createdAt: now }),
        );
      Object.assign(clip, { earnings: 0n, state: ClipState.REVOKED });
      Object.assign(submission, {
        status: SubmissionStatus.REJECTED,
        revoked: true,
        rejectionReason: reason,
        rejectionNote: note,
        finalEarnings: null,
      });
      await each.em.flush();
      campaign.recordedSpent = await spentOf(each.em, campaign.id);
      const content = {
        clipId: clip.id,
        reason,
        reversed: reversed.toString(),
        entries: await digestOf(each.em, eventId),
      };
      await recordReview(each, viewer, CampaignEventType.REVOKED, SubmissionStatus.APPROVED, content, eventId);
      const lost = formatMoneyWithCurrency(reversed, deps.settings.CURRENCY);
      const notice = revokedNotice(submission, campaign.title, { reason, note }, lost);
      await notify(each.em, [{ ...notice, userId: submission.clipperId }], now);
    }),
  );
}

function reversalOf(clip: Clip, submission: ClipSubmission) {
  return {
    clipId: clip.id,
    amount: -clip.earnings,
    reason: EarningReason.REVERSAL,
    cap: EarningCap.NONE,
    fromViews: clip.views,
    toViews: clip.views,
    cpm: submission.cpm,
  };
}
