import { lockCampaign } from '../campaign/campaign.service.js';
import { findVisibleCampaigns } from '../campaign/campaign.sql.js';
import { CampaignEventType } from '../campaign/campaign-event.entity.js';
import { recordCampaignEvent } from '../campaign/campaign-event.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { readDatabaseClock } from '../infra/database/database-clock.js';
import { inTransaction, inTransactionWaiting } from '../infra/database/transaction.js';
import { isId, newId } from '../infra/identifier.js';
import type { Video } from '../platform/link.rules.js';
import { READ_NOW_LIMIT_MS } from '../platform/read-now.js';
import { checkLink, resolveLink } from '../platform/resolve-link.js';
import { dayAround } from '../shared/clock.js';
import { conflict, notFound } from '../shared/errors.js';
import { requireNotErased } from '../user/user.service.js';
import { lockUsers } from '../user/user.sql.js';
import { dayIsFull } from './baseline.rules.js';
import { readBaseline } from './baseline.service.js';
import { ClipSubmission } from './clip-submission.entity.js';
import { SubmissionStatus } from './submission.enums.js';
import { repeatedSubmission, requireSubmittable } from './submission.rules.js';
import { countSubmittedSince, findStanding } from './submission.sql.js';

/** A read that was bought is not thrown away for a lock that is taken for some seconds, as by a settlement. */
const LOCK_WAIT_AFTER_READ_MS = 15_000;

type Given = Pick<Deps, 'clock' | 'viewSource' | 'settings' | 'log' | 'linkResolver'>;

/**
 * Stores a clip offered to a campaign, with its baseline and the campaign's terms as they are now.
 * What costs nothing is checked first; the source is asked with no transaction open; then everything is checked again.
 * @param limitMs within which the short link and the source have answered, all in all
 * @throws BAD_USER_INPUT, NOT_FOUND, CONFLICT, RATE_LIMITED, UPSTREAM_UNAVAILABLE (and then nothing is stored)
 * @see docs/domain.md S1-S4, C4, L1
 */
export async function submitClip(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  input: { campaignId: string; url: string },
  limitMs = READ_NOW_LIMIT_MS,
): Promise<ClipSubmission> {
  const begun = performance.now();
  const { link, leadsTo } = checkLink('input.url', input.url);
  const campaign = isId(input.campaignId) ? (await findVisibleCampaigns(em, [input.campaignId], viewer))[0] : undefined;
  if (!campaign) throw notFound('Campaign');
  requireSubmittable(campaign, 'short' in leadsTo ? null : leadsTo, deps.clock.now());
  const video = await resolveLink(deps, 'input.url', leadsTo);
  requireSubmittable(campaign, video, deps.clock.now());
  const repeated = await checkPlace(em, deps, viewer, campaign.id, video);
  if (repeated) return repeated;
  const leftMs = limitMs - (performance.now() - begun);
  const initialViews = await readBaseline(em, deps, viewer, { campaignId: campaign.id, video }, leftMs);
  return inTransactionWaiting(em, LOCK_WAIT_AFTER_READ_MS, async (transaction) => {
    const locked = await lockCampaign(transaction, campaign.id);
    await lockUsers(transaction, [viewer.id]);
    await requireNotErased(transaction, viewer.id);
    // A call that waited for these locks past the end is too late.
    requireSubmittable(locked, video, await readDatabaseClock(transaction));
    const now = deps.clock.now();
    const stored = await checkPlace(transaction, deps, viewer, locked.id, video);
    if (stored) return stored;
    const submission = transaction.create(ClipSubmission, {
      id: newId(),
      campaignId: locked.id,
      clipperId: viewer.id,
      url: link,
      canonicalUrl: video.canonicalUrl,
      platform: video.platform,
      videoId: video.videoId,
      status: SubmissionStatus.PENDING,
      initialViews,
      cpm: locked.cpm,
      minViews: locked.minViews,
      maxEarnings: locked.maxEarningsPerClip,
      submittedAt: now,
    });
    transaction.persist(submission);
    await recordCampaignEvent(transaction, locked, {
      type: CampaignEventType.SUBMITTED,
      content: describeSubmission(submission),
      at: now,
    });
    return submission;
  });
}

/** What replay needs to know of a submission. @see docs/domain.md V3 */
export function describeSubmission(
  submission: Pick<
    ClipSubmission,
    'id' | 'clipperId' | 'platform' | 'videoId' | 'initialViews' | 'cpm' | 'minViews' | 'maxEarnings'
  >,
): Record<string, unknown> {
  const { id, clipperId, platform, videoId, initialViews, cpm, minViews, maxEarnings } = submission;
  const texts = { initialViews, cpm, minViews, maxEarnings };
  return {
    submissionId: id,
    clipperId,
    platform,
    videoId,
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value?.toString() ?? null])),
  };
}

/** The clip's place in the campaign, and the clipper's in the day. */
async function checkPlace(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  campaignId: string,
  video: Video,
): Promise<ClipSubmission | undefined> {
  const repeated = repeatedSubmission(await findStanding(em, campaignId, video), viewer.id);
  if (repeated) return repeated;
  const { start, secondsLeft } = dayAround(deps.clock.now());
  const limit = deps.settings.SUBMISSIONS_PER_DAY;
  if ((await countSubmittedSince(em, viewer.id, start)) >= limit) throw dayIsFull(limit, secondsLeft);
  return undefined;
}

/**
 * Takes a clipper's own PENDING submission back.
 * @throws NOT_FOUND, CONFLICT
 * @see docs/domain.md S5
 */
export async function withdrawSubmission(
  em: EntityManager,
  deps: Pick<Deps, 'clock'>,
  viewer: Viewer,
  id: string,
): Promise<ClipSubmission> {
  const campaignId = await campaignOf(em, id, viewer);
  return inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, campaignId);
    const submission = await transaction.findOneOrFail(ClipSubmission, id);
    if (submission.status !== SubmissionStatus.PENDING)
      throw conflict(`The submission is ${submission.status}: only a PENDING one can be withdrawn.`);
    submission.status = SubmissionStatus.WITHDRAWN;
    await recordCampaignEvent(transaction, campaign, {
      type: CampaignEventType.WITHDRAWN,
      content: { submissionId: id },
      at: deps.clock.now(),
    });
    return submission;
  });
}

async function campaignOf(em: EntityManager, id: string, viewer: Viewer): Promise<string> {
  const submission = isId(id) ? await em.fork().findOne(ClipSubmission, { id, clipperId: viewer.id }) : null;
  if (!submission) throw notFound('Submission');
  return submission.campaignId;
}
