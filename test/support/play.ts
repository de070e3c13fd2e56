import type * as api from '../../schema/generated/graphql.js';
import {
  ApproveSubmissionDocument,
  CompleteCampaignDocument,
  CreateCampaignDocument,
  FollowTrackingRunDocument,
  PublishCampaignDocument,
  StartTrackingRunDocument,
  SubmitClipDocument,
} from '../../schema/generated/graphql.js';
import type { Scripted } from '../../src/demo/emulated-views.js';
import { Platform } from '../../src/platform/platform.js';
import type { Testbed } from './testbed.js';
import { until } from './until.js';

export const ADMIN = 'admin';

let nextVideo = 7_200_000_000_000_000_000n;

/** The link of a TikTok clip that no other test uses, and what it answers, ask by ask (the first is the baseline). */
export function newClip(bed: Testbed, answers: Scripted[]): { url: string; videoId: string } {
  nextVideo += 1n;
  const videoId = String(nextVideo);
  bed.emulator.views.script(Platform.TIKTOK, videoId, answers);
  return { videoId, url: `https://www.tiktok.com/@someone/video/${videoId}` };
}

export async function newCampaign(bed: Testbed, input: Partial<api.CreateCampaignInput> = {}): Promise<string> {
  const full = { title: 'A campaign', budget: '100.00', cpm: '1.00', platforms: ['TIKTOK' as const], ...input };
  const { createCampaign } = await bed.ask(CreateCampaignDocument, { input: full }, ADMIN);
  await bed.ask(PublishCampaignDocument, { id: createCampaign.id }, ADMIN);
  return createCampaign.id;
}

/** Submits a clip and approves it; answers the submission's id and the clip's. */
export async function newApprovedClip(bed: Testbed, campaignId: string, clipper: string, answers: Scripted[]) {
  const { url, videoId } = newClip(bed, answers);
  const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId, url }, clipper);
  const { approveSubmission } = await bed.ask(ApproveSubmissionDocument, { id: submitClip.id }, ADMIN);
  return { submissionId: submitClip.id, clipId: approveSubmission.clip?.id ?? '', videoId, url };
}

/** Starts a tracking run and follows it to its end, as an admin in the playground would. */
export async function track(
  bed: Testbed,
  campaignId?: string,
): Promise<NonNullable<api.FollowTrackingRunQuery['trackingRun']>> {
  const { startTrackingRun } = await bed.ask(StartTrackingRunDocument, { campaignId }, ADMIN);
  return until('the run ended', async () => {
    const { trackingRun } = await bed.ask(FollowTrackingRunDocument, { id: startTrackingRun.id }, ADMIN);
    return trackingRun?.finishedAt ? trackingRun : undefined;
  });
}

/** A campaign of their own in which a clipper earned an amount (at a CPM of 1.00), ended by hand. */
export async function newEarnings(bed: Testbed, clipper: string, amount: string): Promise<string> {
  const id = await newCampaign(bed, { budget: '1000000.00' });
  const [units = '0', decimals = ''] = amount.split('.');
  await newApprovedClip(bed, id, clipper, [0, Number(units + decimals.padEnd(3, '0'))]);
  await track(bed, id);
  await bed.ask(CompleteCampaignDocument, { id }, ADMIN);
  return id;
}
