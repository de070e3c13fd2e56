import { CampaignStatus } from '../campaign/campaign.enums.js';
import { type CampaignTerms, checkDates, checkTerms, isEnded, isOpen } from '../campaign/campaign.rules.js';
import { reduceLink, type Video } from '../platform/link.rules.js';
import type { Platform } from '../platform/platform.js';
import { formatMoney, type Micros } from '../shared/money.js';
import { SubmissionStatus } from '../submission/submission.enums.js';
import type { Refusal } from './import-files.js';
import { checkBalances, checkPayouts } from './import-payouts.rules.js';
import { type At, type ImportTerms, type Refuse, RefusedRows, refusedBy, unique } from './import-refusals.js';
import type { ImportRow, ImportRows } from './import-rows.rules.js';

const STANDING: readonly SubmissionStatus[] = [SubmissionStatus.PENDING, SubmissionStatus.APPROVED];

/**
 * Why rows of the right form cannot be imported together: what they name is missing, or a law would be broken.
 * @param refused other rows, which may be named; where they would count in a sum, the sum is not judged
 * @see docs/domain.md S1-S3, C5, P1-P3, B3
 */
export function checkImport(rows: ImportRows, terms: ImportTerms, refused = new RefusedRows()): Refusal[] {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (at, why) => refusals.push({ ...at, why });
  unique(rows.campaigns, ({ id }) => id, 'id', refuse, refused.linesOf('campaigns'));
  unique(rows.users, ({ id }) => id, 'id', refuse, refused.linesOf('users'));
  unique(rows.users, ({ email }) => email.toLowerCase(), 'email', refuse);
  unique(rows.users, ({ subject }) => subject, 'subject', refuse);
  unique(rows.submissions, ({ id }) => id, 'id', refuse, refused.linesOf('submissions'));
  unique(rows.clips, ({ submission_id }) => submission_id, 'submission_id', refuse, refused.linesOf('clips'));
  unique(rows['payout-requests'], ({ id }) => id, 'id', refuse, refused.linesOf('payout-requests'));
  unique(rows.payouts, ({ request_id }) => request_id, 'request_id', refuse, refused.linesOf('payouts'));
  unique(rows.payouts, ({ method, transaction_id }) => `${method} ${transaction_id}`, 'transaction_id', refuse);
  for (const row of Object.values(rows).flat()) checkPast(row, terms.now, refuse);
  for (const campaign of rows.campaigns) checkCampaign(campaign, terms, refuse);
  checkSubmissions(rows, refused, refuse);
  checkClips(rows, refused, refuse);
  checkPayouts(rows, terms, refused, refuse);
  checkBalances(rows, terms, refused, refuse);
  return refusals;
}

/** Columns that may hold a future instant. */
const MAY_LIE_AHEAD = new Set(['starts_at', 'ends_at']);

/** What has happened in the older system has happened. */
function checkPast(row: { at: At }, now: Date, refuse: Refuse): void {
  for (const [column, value] of Object.entries(row))
    if (value instanceof Date && value > now && !MAY_LIE_AHEAD.has(column))
      refuse(row.at, `${column} is in the future`);
}

/** An imported campaign's terms, as a campaign has them. */
export const termsOf = (row: ImportRow<'campaigns'>) => ({
  title: row.title,
  description: row.description ?? '',
  budget: row.budget,
  cpm: row.cpm,
  platforms: row.platforms as Platform[],
  requirements: row.requirements ?? [],
  minViews: row.min_views ?? 0n,
  maxEarningsPerClip: row.max_earnings_per_clip,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  adCampaignId: row.ad_campaign_id,
});

function checkCampaign(row: ImportRow<'campaigns'>, { now }: ImportTerms, refuse: Refuse): void {
  const wrong = refusedBy(() => {
    checkTerms(termsOf(row));
    checkDates({ startsAt: row.starts_at, endsAt: row.ends_at }, false, now);
  });
  if (wrong) refuse(row.at, wrong);
  if (isEnded(row.status) && !row.completed_at)
    refuse(row.at, `completed_at is missing: the campaign is ${row.status}`);
  if (!isEnded(row.status) && row.completed_at)
    refuse(row.at, `completed_at is given, but the campaign is ${row.status}`);
  if (isOpen(row.status) && row.ends_at && row.ends_at <= now)
    refuse(
      row.at,
      `ends_at has passed, but the campaign is ${row.status}: give a later one, or COMPLETED and completed_at`,
    );
  if (isOpen(row.status) && row.starts_at && row.starts_at > now)
    refuse(row.at, `starts_at is in the future, but the campaign is ${row.status}: give SCHEDULED`);
  if (row.status === CampaignStatus.SCHEDULED && !row.starts_at)
    refuse(row.at, 'starts_at is missing: it is SCHEDULED');
}

/** The clip that a link leads to; or why it cannot be found. */
export function videoOf(url: string): Video | string {
  const reduced = reduceLink(url);
  if ('refused' in reduced) return reduced.refused;
  return 'short' in reduced ? 'url is a short link: give the full link of the clip' : reduced;
}

/** What a submission has of its own; the campaign's are checked with it. */
function ownTerms(row: ImportRow<'submissions'>): Partial<CampaignTerms> {
  return {
    ...(row.cpm === null ? {} : { cpm: row.cpm }),
    ...(row.min_views === null ? {} : { minViews: row.min_views }),
    ...(row.max_earnings === null ? {} : { maxEarningsPerClip: row.max_earnings }),
  };
}

function checkSubmissions({ campaigns, users, submissions }: ImportRows, refused: RefusedRows, refuse: Refuse): void {
  const campaignOf = new Map(campaigns.map((row) => [row.id, row]));
  const known = new Set(users.map((row) => row.id));
  const standing = new Map<string, number>();
  for (const row of submissions) {
    const campaign = campaignOf.get(row.campaign_id);
    if (!campaign && !refused.mayName('campaigns', row.campaign_id))
      refuse(row.at, `campaign_id: there is no campaign ${row.campaign_id}`);
    if (!known.has(row.user_id) && !refused.mayName('users', row.user_id))
      refuse(row.at, `user_id: there is no user ${row.user_id}`);
    const wrong = refusedBy(() => checkTerms(ownTerms(row)));
    if (wrong) refuse(row.at, wrong.replace('maxEarningsPerClip', 'max_earnings').replace('minViews', 'min_views'));
    const video = videoOf(row.url);
    if (typeof video === 'string') {
      refuse(row.at, video);
      continue;
    }
    if (!campaign) continue;
    if (!campaign.platforms.includes(video.platform))
      refuse(row.at, `the campaign does not take clips of ${video.platform}`);
    if (campaign.status === CampaignStatus.DRAFT || campaign.status === CampaignStatus.SCHEDULED)
      refuse(row.at, `the campaign is ${campaign.status}: nothing can have been submitted to it`);
    if (row.status === SubmissionStatus.PENDING && isEnded(campaign.status))
      refuse(row.at, `status is PENDING, but the campaign is ${campaign.status}: give REJECTED`);
    if (!STANDING.includes(row.status)) continue;
    const place = `${row.campaign_id} ${video.platform} ${video.videoId}`;
    const before = standing.get(place);
    if (before !== undefined) refuse(row.at, `the same clip is in the same campaign on line ${before}: reject one`);
    else standing.set(place, row.at.line);
  }
}

/** What a clip may earn at the most; null for no maximum. */
export const maximumOf = (submission: ImportRow<'submissions'>, campaign: ImportRow<'campaigns'> | undefined) =>
  submission.max_earnings ?? campaign?.max_earnings_per_clip ?? null;

function checkClips({ campaigns, submissions, clips }: ImportRows, refused: RefusedRows, refuse: Refuse): void {
  const campaignOf = new Map(campaigns.map((row) => [row.id, row]));
  const submissionOf = new Map(submissions.map((row) => [row.id, row]));
  const spent = new Map<string, Micros>();
  for (const row of clips) {
    const submission = submissionOf.get(row.submission_id);
    if (!submission) {
      if (!refused.mayName('submissions', row.submission_id))
        refuse(row.at, `submission_id: there is no submission ${row.submission_id}`);
      continue;
    }
    if (submission.status !== SubmissionStatus.APPROVED)
      refuse(row.at, `its submission is ${submission.status}: only an APPROVED or PAID one has a clip`);
    const maximum = maximumOf(submission, campaignOf.get(submission.campaign_id));
    if (maximum !== null && row.earnings > maximum)
      refuse(row.at, `earnings ${formatMoney(row.earnings)} are over its maximum of ${formatMoney(maximum)}`);
    spent.set(submission.campaign_id, (spent.get(submission.campaign_id) ?? 0n) + row.earnings);
  }
  for (const campaign of campaigns) {
    const sum = spent.get(campaign.id) ?? 0n;
    if (sum === campaign.budget && !isEnded(campaign.status))
      refuse(campaign.at, `its clips earned all of its budget: give status COMPLETED and completed_at`);
    if (sum > campaign.budget)
      refuse(campaign.at, `its clips earned ${formatMoney(sum)}, over its budget of ${formatMoney(campaign.budget)}`);
  }
}
