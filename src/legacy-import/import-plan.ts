import { CampaignStatus, CompletionReason } from '../campaign/campaign.enums.js';
import { checkTerms, describeTerms, isEnded } from '../campaign/campaign.rules.js';
import { CampaignEventType } from '../campaign/campaign-event.entity.js';
import { newId } from '../infra/identifier.js';
import type { Video } from '../platform/link.rules.js';
import { groupBy } from '../shared/batching.js';
import { addMs, DAY_MS } from '../shared/clock.js';
import type { Micros } from '../shared/money.js';
import { ClipState, RejectionReason, SubmissionStatus } from '../submission/submission.enums.js';
import { describeSubmission } from '../submission/submission.service.js';
import { maximumOf, termsOf, videoOf } from './import.rules.js';
import type { ImportedEvent } from './import.sql.js';
import type { ImportRow, ImportRows } from './import-rows.rules.js';

/** What a campaign's clips have come to. */
interface Known {
  id: string;
  spent: Micros;
  clips: number;
}

/** Rows as they will be stored, under new ids, with the events that record them. */
export interface ImportPlan {
  campaignIds: Map<string, string>;
  submissionIds: Map<string, string>;
  campaigns: Record<string, unknown>[];
  submissions: Record<string, unknown>[];
  clips: Record<string, unknown>[];
  rounds: Record<string, unknown>[];
  readings: Record<string, unknown>[];
  entries: Record<string, unknown>[];
  events: ImportedEvent[];
}

const EVENT_OF: Partial<Record<SubmissionStatus, CampaignEventType>> = {
  APPROVED: CampaignEventType.APPROVED,
  REJECTED: CampaignEventType.REJECTED,
  WITHDRAWN: CampaignEventType.WITHDRAWN,
};

/** Makes campaigns, submissions and clips of rows that were checked; users have their ids already. */
export function planImport(
  rows: ImportRows,
  userIds: ReadonlyMap<string, string>,
  given: { runId: string; now: Date },
): ImportPlan {
  const plan: ImportPlan = {
    campaignIds: new Map(rows.campaigns.map((row) => [row.id, newId()])),
    submissionIds: new Map(rows.submissions.map((row) => [row.id, newId()])),
    campaigns: [],
    submissions: [],
    clips: [],
    rounds: [],
    readings: [],
    entries: [],
    events: [],
  };
  const clipOf = new Map(rows.clips.map((row) => [row.submission_id, row]));
  const submissionsOf = groupBy(rows.submissions, (row) => row.campaign_id);
  for (const campaign of rows.campaigns) {
    const known: Known = { id: plan.campaignIds.get(campaign.id) as string, spent: 0n, clips: 0 };
    planCampaign(plan, campaign, known, given.now);
    const [roundId, eventId] = [newId(), newId()];
    const importing = { campaign, known, roundId, eventId, userIds, now: given.now };
    for (const row of submissionsOf.get(campaign.id) ?? []) planSubmission(plan, row, clipOf.get(row.id), importing);
    closeCampaign(plan, importing, given.runId);
  }
  return plan;
}

interface Importing {
  campaign: ImportRow<'campaigns'>;
  known: Known;
  roundId: string;
  eventId: string;
  userIds: ReadonlyMap<string, string>;
  now: Date;
}

function planCampaign(plan: ImportPlan, row: ImportRow<'campaigns'>, { id }: Known, now: Date): void {
  const terms = checkTerms(termsOf(row));
  plan.campaigns.push({
    ...terms,
    id,
    status: row.status,
    createdAt: row.created_at ?? row.completed_at ?? now,
    completedAt: row.completed_at,
    // Whatever PAYOUT_HOLD_DAYS says: what had ended there can be paid here.
    earningsAvailableAt: row.completed_at,
    completionReason: null,
    recordedSpent: row.recorded_spent ?? 0n,
    lastEventNumber: 0,
    chainHead: null,
  });
  plan.events.push({ id: newId(), campaignId: id, type: CampaignEventType.CREATED, content: describeTerms(terms) });
}

function planSubmission(
  plan: ImportPlan,
  row: ImportRow<'submissions'>,
  clip: ImportRow<'clips'> | undefined,
  importing: Importing,
): void {
  const { campaign, known, now } = importing;
  const { platform, videoId, canonicalUrl } = videoOf(row.url) as Video;
  const approved = row.status === SubmissionStatus.APPROVED;
  const submission = {
    id: plan.submissionIds.get(row.id) as string,
    campaignId: known.id,
    clipperId: importing.userIds.get(row.user_id) as string,
    url: row.url,
    canonicalUrl,
    platform,
    videoId,
    status: row.status,
    initialViews: row.initial_views,
    cpm: row.cpm ?? campaign.cpm,
    minViews: row.min_views ?? campaign.min_views ?? 0n,
    maxEarnings: maximumOf(row, campaign),
    finalEarnings: approved && isEnded(campaign.status) ? (clip?.earnings ?? 0n) : null,
    rejectionReason: row.status === SubmissionStatus.REJECTED ? (row.rejection_reason ?? RejectionReason.OTHER) : null,
    rejectionNote: row.status === SubmissionStatus.REJECTED ? row.rejection_note : null,
    revoked: false,
    // Not today: what was imported is no part of a day's submissions.
    submittedAt: row.submitted_at ?? campaign.created_at ?? addMs(now, -DAY_MS),
    reviewedAt: row.reviewed_at,
  };
  plan.submissions.push(submission);
  const tell = (type: CampaignEventType, content: Record<string, unknown>) =>
    plan.events.push({ id: newId(), campaignId: known.id, type, content });
  tell(CampaignEventType.SUBMITTED, describeSubmission(submission));
  const clipId = newId();
  const decided = EVENT_OF[row.status];
  if (decided) tell(decided, { submissionId: submission.id, ...(approved ? { clipId } : {}) });
  if (approved) planClip(plan, clipId, submission, clip, importing);
}

/**
 * A clip begins at its baseline; its last count is a reading, and what it earned an adjustment.
 * @see docs/domain.md T14
 */
function planClip(
  plan: ImportPlan,
  clipId: string,
  submission: { id: string; campaignId: string; clipperId: string; initialViews: bigint; cpm: Micros },
  clip: ImportRow<'clips'> | undefined,
  { known, roundId, eventId, now }: Importing,
): void {
  const { initialViews, cpm } = submission;
  const readAt = clip?.last_tracked_at ?? now;
  const readingId = clip ? newId() : null;
  const views = clip && clip.views > initialViews ? clip.views : initialViews;
  const earnings = clip?.earnings ?? 0n;
  plan.clips.push({
    id: clipId,
    submissionId: submission.id,
    campaignId: submission.campaignId,
    clipperId: submission.clipperId,
    state: clip?.state ?? ClipState.LIVE,
    views,
    earnings,
    markReadingId: views > initialViews ? readingId : null,
    approvedAt: now,
    lastTrackedAt: clip ? readAt : null,
    lastOutcome: clip ? 'VALUE' : null,
    lastValueAt: clip ? readAt : null,
    suspectViews: null,
    failures: 0,
  });
  if (clip) {
    const gained = views - initialViews;
    const reading = { id: readingId, clipId, roundId, trackedAt: readAt, outcome: 'VALUE', views: clip.views };
    plan.readings.push({ ...reading, reason: null, gained });
    known.clips += 1;
  }
  if (earnings === 0n) return;
  known.spent += earnings;
  plan.entries.push({
    id: newId(),
    clipId,
    eventId,
    roundId: null,
    readingId: null,
    amount: earnings,
    reason: 'ADJUSTMENT',
    cap: 'NONE',
    fromViews: initialViews,
    toViews: views,
    cpm,
    createdAt: now,
  });
}

/** The round that holds its readings (no money moves with it), its opening earnings, and how it stands. */
function closeCampaign(plan: ImportPlan, { campaign, known, roundId, eventId, now }: Importing, runId: string): void {
  const tell = (type: CampaignEventType, content: Record<string, unknown>, id = newId()) =>
    plan.events.push({ id, campaignId: known.id, type, content });
  if (known.clips > 0) {
    plan.rounds.push({
      id: roundId,
      runId,
      campaignId: known.id,
      status: 'ABANDONED',
      reason: 'Imported: the last counts of an older system.',
      abandonCause: null,
      plannedAt: now,
      startedAt: now,
      finishedAt: now,
      clipsPlanned: known.clips,
      clipsSucceeded: known.clips,
      clipsFailed: 0,
      earningsAdded: 0n,
      campaignCompleted: false,
    });
    const content = { roundId, clips: known.clips, cause: null, paid: '0', entries: null, withoutReading: null };
    tell(CampaignEventType.ROUND_ABANDONED, content);
  }
  tell(
    CampaignEventType.IMPORTED,
    { campaign: campaign.id, recordedSpent: String(campaign.recorded_spent ?? 0n) },
    eventId,
  );
  const stored = plan.campaigns.at(-1) as Record<string, unknown>;
  if (campaign.status === CampaignStatus.COMPLETED) stored.completionReason = reasonOf(campaign, known);
  const before = CampaignStatus.DRAFT;
  if (isEnded(campaign.status))
    tell(CampaignEventType.ENDED, {
      before,
      after: campaign.status,
      reason: stored.completionReason,
      earningsAvailableAt: campaign.completed_at?.toISOString(),
    });
  else if (campaign.status !== before) tell(CampaignEventType.STATUS_CHANGED, { before, after: campaign.status });
}

function reasonOf({ budget, ends_at, completed_at }: ImportRow<'campaigns'>, { spent }: Known): CompletionReason {
  if (spent === budget) return CompletionReason.BUDGET_FILLED;
  return ends_at && completed_at && ends_at <= completed_at ? CompletionReason.DEADLINE : CompletionReason.MANUAL;
}
