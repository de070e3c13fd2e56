import {
  ApprovePayoutRequestDocument,
  ApproveSubmissionDocument,
  CompletePayoutRequestDocument,
  CreateCampaignDocument,
  DashboardDocument,
  NotificationsDocument,
  PauseCampaignDocument,
  PayoutsDocument,
  PublishCampaignDocument,
  RejectPayoutRequestDocument,
  RejectSubmissionDocument,
  RequestPayoutDocument,
  StartTrackingRunDocument,
  SubmitClipDocument,
  SuspendUserDocument,
} from '../../schema/generated/graphql.js';
import { publishSettled } from '../../src/earnings/settlement/campaign-settled.service.js';
import { findLastSettled } from '../../src/tracking/round-pages.sql.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, newEarnings, track } from './play.js';
import type { Testbed } from './testbed.js';

const OWNER = 'owner';
const PAYPAL = { method: 'PAYPAL' as const, details: 'owner-paypal@example.com' };
const terms = { title: 'A campaign', budget: '100.00', cpm: '1.00', platforms: ['TIKTOK' as const] };

/** An owner with one of everything, another clipper, a third to be administered, a suspended one; and more on demand. */
export interface World {
  campaignId: string;
  /** Settled and ended; of all callers the owner alone has a clip in it. */
  ownCampaignId: string;
  submissionId: string;
  requestId: string;
  payoutId: string;
  clipId: string;
  notificationId: string;
  runId: string;
  ownerId: string;
  otherId: string;
  thirdId: string;
  terms: typeof terms;
  newLink(): string;
  /** A new submission of the owner. */
  pending(): Promise<string>;
  rejected(): Promise<string>;
  /** Gives a user a notification: a submission of theirs is rejected. */
  notification(caller: string): Promise<void>;
  /** Tells that the newest settled round of the campaign has settled. */
  settled(): Promise<void>;
  approved(): Promise<string>;
  campaign(status?: 'SCHEDULED' | 'ACTIVE' | 'PAUSED'): Promise<string>;
  /** A payout request of the owner; none of theirs is open before. */
  request(status?: 'APPROVED' | 'COMPLETED'): Promise<string>;
  closeRequests(): Promise<void>;
  /** What nobody but the owner and admins may see: ids, addresses, links. */
  secrets(): Promise<string[]>;
}

export async function makeWorld(bed: Testbed): Promise<World> {
  const idOf = async (caller: string) => (await bed.ask(DashboardDocument, {}, caller)).me!.id;
  const newLink = () => newClip(bed, [1]).url;
  const campaignId = await newCampaign(bed, { budget: '100000.00', title: 'Shared' });
  const first = await newApprovedClip(bed, campaignId, OWNER, [0, 1_000, 2_000]);
  await newApprovedClip(bed, campaignId, 'other', [0, 500]);
  const ownCampaignId = await newEarnings(bed, OWNER, '5000.00');
  await track(bed, campaignId);
  const { startTrackingRun } = await bed.ask(StartTrackingRunDocument, { campaignId }, ADMIN);
  const pending = async () => (await bed.ask(SubmitClipDocument, { campaignId, url: newLink() }, OWNER)).submitClip.id;
  const closeRequests = async () => {
    const { me } = await bed.ask(PayoutsDocument, { first: 100 }, OWNER);
    for (const { id, status } of me!.payoutRequests.nodes)
      if (['PENDING', 'APPROVED'].includes(status))
        await bed.ask(RejectPayoutRequestDocument, { id, note: 'x' }, ADMIN);
  };
  let paid = 0;
  const request: World['request'] = async (status) => {
    await closeRequests();
    const { id } = (await bed.ask(RequestPayoutDocument, { input: { amount: '20.00', ...PAYPAL } }, OWNER))
      .requestPayout;
    if (status) await bed.ask(ApprovePayoutRequestDocument, { id }, ADMIN);
    paid += 1;
    if (status === 'COMPLETED') await bed.ask(CompletePayoutRequestDocument, { id, transactionId: `W-${paid}` }, ADMIN);
    return id;
  };
  const requestId = await request('COMPLETED');
  const { payouts } = await bed.ask<{ payouts: { nodes: { id: string }[] } }, object>(
    '{ payouts(first: 1) { nodes { id } } }',
    {},
    ADMIN,
  );
  const notifications = await bed.ask(NotificationsDocument, {}, OWNER);
  const ids = { ownerId: await idOf(OWNER), otherId: await idOf('other'), thirdId: await idOf('third') };
  await bed.ask(SuspendUserDocument, { id: await idOf('suspended') }, ADMIN);
  return {
    ...ids,
    campaignId,
    ownCampaignId,
    requestId,
    submissionId: first.submissionId,
    clipId: first.clipId,
    payoutId: payouts.nodes[0]?.id ?? '',
    notificationId: notifications.me!.notifications.nodes[0]?.id ?? '',
    runId: startTrackingRun.id,
    terms,
    newLink,
    pending,
    request,
    closeRequests,
    async rejected() {
      const id = await pending();
      await bed.ask(RejectSubmissionDocument, { id, input: { reason: 'OTHER' } }, ADMIN);
      return id;
    },
    async notification(caller) {
      const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId, url: newLink() }, caller);
      const reviewer = caller === ADMIN ? 'admin2' : ADMIN;
      await bed.ask(RejectSubmissionDocument, { id: submitClip.id, input: { reason: 'OTHER' } }, reviewer);
    },
    async settled() {
      const em = bed.database.orm.em.fork();
      await publishSettled(em, ownCampaignId, (await findLastSettled(em, ownCampaignId))?.id ?? '');
    },
    async approved() {
      const id = await pending();
      await bed.ask(ApproveSubmissionDocument, { id }, ADMIN);
      return id;
    },
    async campaign(status) {
      const startsAt = status === 'SCHEDULED' ? new Date(Date.now() + 86_400_000).toISOString() : undefined;
      const { createCampaign } = await bed.ask(CreateCampaignDocument, { input: { ...terms, startsAt } }, ADMIN);
      const { id } = createCampaign;
      if (status) await bed.ask(PublishCampaignDocument, { id }, ADMIN);
      if (status === 'PAUSED') await bed.ask(PauseCampaignDocument, { id }, ADMIN);
      return id;
    },
    async secrets() {
      const [row] = await bed.database.query<Record<string, string>>(
        `select r.id as request, p.id as payout, p.transaction_id, s.id as submission, s.url, k.id as clip, v.id as reading, e.id as entry, n.id as notification
         from payout_request r join payout p on p.request_id = r.id, clip_submission s join clip k on k.submission_id = s.id
         join view_tracking v on v.clip_id = k.id join earning_entry e on e.clip_id = k.id, notification n
         where r.id = $1 and s.id = $2 and n.user_id = $3 order by n.id desc, v.id desc, e.id desc limit 1`,
        [requestId, first.submissionId, ids.ownerId],
      );
      return [...Object.values(row ?? {}), PAYPAL.details, 'owner@example.com'];
    },
  };
}
