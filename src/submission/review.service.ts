import { byApi, recordAudit } from '../audit/audit.service.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { lockCampaign } from '../campaign/campaign.service.js';
import { CampaignEventType } from '../campaign/campaign-event.entity.js';
import { recordCampaignEvent } from '../campaign/campaign-event.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId, newId } from '../infra/identifier.js';
import { notify } from '../notification/notification.service.js';
import { badInput, conflict, notFound } from '../shared/errors.js';
import { findErased } from '../user/user.sql.js';
import { Clip } from './clip.entity.js';
import { ClipSubmission } from './clip-submission.entity.js';
import { ClipState, type RejectionReason, SubmissionStatus } from './submission.enums.js';
import { checkRejection, requireReopenable, requireReviewable } from './submission.rules.js';
import { findStanding, findSubmissionsByIds } from './submission.sql.js';
import { approvedNotice, rejectedNotice } from './submission-notices.rules.js';

type Given = Pick<Deps, 'clock'>;
const IDS_LIMIT = 100;

export interface Review {
  em: EntityManager;
  campaign: Campaign;
  submission: ClipSubmission;
  now: Date;
}

/**
 * Decides on submissions, all or none: takes the locks of their campaigns in the order of ids, then decides on each.
 * @throws NOT_FOUND one of them does not exist
 * @see docs/domain.md L1
 */
export async function review(
  em: EntityManager,
  deps: Given,
  ids: readonly string[],
  decide: (review: Review) => Promise<void>,
): Promise<ClipSubmission[]> {
  const known = ids.every(isId) ? await findSubmissionsByIds(em, ids) : [];
  if (known.length < new Set(ids).size) throw notFound('Submission');
  const campaignIds = [...new Set(known.map((submission) => submission.campaignId))].sort();
  return inTransaction(em, async (transaction) => {
    const campaigns = new Map<string, Campaign>();
    for (const id of campaignIds) campaigns.set(id, await lockCampaign(transaction, id));
    const submissions = await transaction.find(
      ClipSubmission,
      { id: { $in: [...new Set(ids)] } },
      { orderBy: { id: 'asc' } },
    );
    for (const submission of submissions) {
      const campaign = campaigns.get(submission.campaignId);
      if (campaign) await decide({ em: transaction, campaign, submission, now: deps.clock.now() });
    }
    return submissions;
  });
}

/** Writes down a decision: the campaign's event, and who took it. */
export async function recordReview(
  { em, campaign, submission, now }: Review,
  viewer: Viewer,
  type: CampaignEventType,
  before: SubmissionStatus,
  content: Record<string, unknown> = {},
  eventId?: string,
): Promise<void> {
  submission.reviewedAt = now;
  const event = await recordCampaignEvent(em, campaign, {
    id: eventId,
    type,
    content: { submissionId: submission.id, ...content },
    at: now,
  });
  recordAudit(em, {
    actor: byApi(viewer.id),
    action: `submission.${type.toLowerCase()}`,
    subjectType: 'ClipSubmission',
    subjectId: submission.id,
    before: { status: before },
    after: { status: submission.status, ...content },
    event,
    at: now,
  });
}

/**
 * Approves PENDING submissions, all or none; each becomes a clip in the same transaction.
 * @throws BAD_USER_INPUT, NOT_FOUND, FORBIDDEN one's own, CONFLICT
 * @see docs/domain.md S5
 */
export async function approveSubmissions(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  ids: readonly string[],
): Promise<ClipSubmission[]> {
  if (ids.length < 1 || ids.length > IDS_LIMIT) throw badInput('ids', `ids must be 1 to ${IDS_LIMIT} submissions.`);
  return review(em, deps, ids, async (each) => {
    const { submission, campaign, now } = each;
    requireReviewable(submission, campaign, viewer, SubmissionStatus.PENDING);
    submission.status = SubmissionStatus.APPROVED;
    const clip = each.em.create(Clip, {
      id: newId(),
      submissionId: submission.id,
      campaignId: campaign.id,
      clipperId: submission.clipperId,
      state: ClipState.LIVE,
      views: submission.initialViews,
      earnings: 0n,
      approvedAt: now,
    });
    each.em.persist(clip);
    await recordReview(each, viewer, CampaignEventType.APPROVED, SubmissionStatus.PENDING, { clipId: clip.id });
    const notice = approvedNotice(submission, campaign.title);
    await notify(each.em, [{ ...notice, userId: submission.clipperId }], now);
  });
}

/**
 * Rejects a PENDING submission.
 * @throws BAD_USER_INPUT, NOT_FOUND, FORBIDDEN one's own, CONFLICT
 * @see docs/domain.md S5
 */
export async function rejectSubmission(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  id: string,
  input: { reason: RejectionReason; note?: string | null },
): Promise<ClipSubmission> {
  const { reason, note } = checkRejection(input);
  return one(
    await review(em, deps, [id], async (each) => {
      const { submission, campaign, now } = each;
      requireReviewable(submission, campaign, viewer, SubmissionStatus.PENDING);
      Object.assign(submission, { status: SubmissionStatus.REJECTED, rejectionReason: reason, rejectionNote: note });
      await recordReview(each, viewer, CampaignEventType.REJECTED, SubmissionStatus.PENDING, { reason });
      const notice = rejectedNotice(submission, campaign.title, { reason, note });
      await notify(each.em, [{ ...notice, userId: submission.clipperId }], now);
    }),
  );
}

/**
 * Takes a rejection back: PENDING again, with the same baseline and terms.
 * @throws NOT_FOUND, FORBIDDEN one's own, CONFLICT revoked, or the clip was submitted again meanwhile
 * @see docs/domain.md S5
 */
export async function reopenSubmission(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  id: string,
): Promise<ClipSubmission> {
  return one(
    await review(em, deps, [id], async (each) => {
      const { submission, campaign } = each;
      requireReviewable(submission, campaign, viewer, SubmissionStatus.REJECTED);
      requireReopenable(submission);
      if ((await findErased(each.em, [submission.clipperId])).length > 0)
        throw conflict('Its clipper was erased: the submission stays rejected.');
      if (await findStanding(each.em, campaign.id, submission))
        throw conflict('This clip has been submitted to the campaign again.');
      Object.assign(submission, { status: SubmissionStatus.PENDING, rejectionReason: null, rejectionNote: null });
      await recordReview(each, viewer, CampaignEventType.REOPENED, SubmissionStatus.REJECTED);
    }),
  );
}

/** The one submission of a review of one. */
export function one(submissions: ClipSubmission[]): ClipSubmission {
  const [submission] = submissions;
  if (!submission) throw notFound('Submission');
  return submission;
}
