import { CampaignStatus } from '../campaign/campaign.enums.js';
import { checkDates, checkTerms, isEnded } from '../campaign/campaign.rules.js';
import { PayoutRequestStatus } from '../payout/payout.enums.js';
import { checkDetails } from '../payout/payout.rules.js';
import { reduceLink, type Video } from '../platform/link.rules.js';
import type { Platform } from '../platform/platform.js';
import { groupBy } from '../shared/batching.js';
import { DomainError } from '../shared/errors.js';
import { formatMoney, type Micros, sumMoney } from '../shared/money.js';
import { SubmissionStatus } from '../submission/submission.enums.js';
import type { Refusal } from './import-files.js';
import type { ImportRow, ImportRows } from './import-rows.rules.js';

export interface ImportTerms {
  /** The currency's smallest coin. */
  coin: Micros;
  /** The operator says that no earnings of the older system were ever paid out. */
  nothingWasPaid: boolean;
  /** Whether there is a file of payouts. */
  payoutsGiven: boolean;
  now: Date;
}

type At = Pick<Refusal, 'file' | 'line'>;
type Refuse = (at: At, why: string) => void;

const OPEN_REQUEST: readonly PayoutRequestStatus[] = [PayoutRequestStatus.PENDING, PayoutRequestStatus.APPROVED];
const PAID_REQUEST: readonly PayoutRequestStatus[] = [PayoutRequestStatus.COMPLETED, PayoutRequestStatus.RETURNED];
const STANDING: readonly SubmissionStatus[] = [SubmissionStatus.PENDING, SubmissionStatus.APPROVED];

/**
 * Why rows of the right form cannot be imported together: what they name is missing, or a law would be broken.
 * @see docs/domain.md S1-S3, C5, P1-P3, B3
 */
export function checkImport(rows: ImportRows, terms: ImportTerms): Refusal[] {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (at, why) => refusals.push({ ...at, why });
  unique(rows.campaigns, ({ id }) => id, 'id', refuse);
  unique(rows.users, ({ id }) => id, 'id', refuse);
  unique(rows.users, ({ email }) => email.toLowerCase(), 'email', refuse);
  unique(rows.users, ({ subject }) => subject, 'subject', refuse);
  unique(rows.submissions, ({ id }) => id, 'id', refuse);
  unique(rows.clips, ({ submission_id }) => submission_id, 'submission_id', refuse);
  unique(rows['payout-requests'], ({ id }) => id, 'id', refuse);
  unique(rows.payouts, ({ request_id }) => request_id, 'request_id', refuse);
  unique(rows.payouts, ({ method, transaction_id }) => `${method} ${transaction_id}`, 'transaction_id', refuse);
  for (const campaign of rows.campaigns) checkCampaign(campaign, terms, refuse);
  checkSubmissions(rows, refuse);
  checkClips(rows, refuse);
  checkPayouts(rows, terms, refuse);
  checkBalances(rows, terms, refuse);
  return refusals;
}

/** Null is no value, and may come often. */
function unique<T extends { at: At }>(
  rows: T[],
  keyOf: (row: T) => string | null,
  column: string,
  refuse: Refuse,
): void {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const before = seen.get(key);
    if (before !== undefined) refuse(row.at, `${column} is that of line ${before}, too`);
    else seen.set(key, row.at.line);
  }
}

/** @throws what of `work` is no refusal */
function refusedBy(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
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
  if (row.status === CampaignStatus.SCHEDULED && !row.starts_at)
    refuse(row.at, 'starts_at is missing: it is SCHEDULED');
}

/** The clip that a link leads to; or why it cannot be told. */
export function videoOf(url: string): Video | string {
  const reduced = reduceLink(url);
  if ('refused' in reduced) return reduced.refused;
  return 'short' in reduced ? 'url is a short link: give the full link of the clip' : reduced;
}

function checkSubmissions({ campaigns, users, submissions }: ImportRows, refuse: Refuse): void {
  const campaignOf = new Map(campaigns.map((row) => [row.id, row]));
  const known = new Set(users.map((row) => row.id));
  const standing = new Map<string, number>();
  for (const row of submissions) {
    const campaign = campaignOf.get(row.campaign_id);
    if (!campaign) refuse(row.at, `campaign_id: there is no campaign ${row.campaign_id}`);
    if (!known.has(row.user_id)) refuse(row.at, `user_id: there is no user ${row.user_id}`);
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

function checkClips({ campaigns, submissions, clips }: ImportRows, refuse: Refuse): void {
  const campaignOf = new Map(campaigns.map((row) => [row.id, row]));
  const submissionOf = new Map(submissions.map((row) => [row.id, row]));
  const spent = new Map<string, Micros>();
  for (const row of clips) {
    const submission = submissionOf.get(row.submission_id);
    if (!submission) {
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

function checkPayouts(rows: ImportRows, { coin }: ImportTerms, refuse: Refuse): void {
  const { users, payouts } = rows;
  const requests = rows['payout-requests'];
  const known = new Set(users.map((row) => row.id));
  const requestOf = new Map(requests.map((row) => [row.id, row]));
  const paid = new Map(payouts.map((row) => [row.request_id, row]));
  for (const row of [...requests, ...payouts]) {
    if (!known.has(row.user_id)) refuse(row.at, `user_id: there is no user ${row.user_id}`);
    if (row.amount <= 0n || row.amount % coin !== 0n)
      refuse(row.at, `amount must be more than 0 and in whole coins of ${formatMoney(coin)}`);
  }
  unique(
    requests.filter((row) => OPEN_REQUEST.includes(row.status)),
    (row) => row.user_id,
    'an open request of the user',
    refuse,
  );
  for (const row of requests) {
    const wrong = refusedBy(() => checkDetails(row.method, row.details));
    if (wrong) refuse(row.at, wrong);
    const wasPaid = PAID_REQUEST.includes(row.status);
    if (wasPaid !== paid.has(row.id))
      refuse(
        row.at,
        wasPaid ? `status is ${row.status}, but no payout names it` : `a payout names it, but it is ${row.status}`,
      );
  }
  for (const row of payouts) {
    if (row.returned_at && row.returned_at < row.paid_at) refuse(row.at, 'returned_at lies before paid_at');
    if (row.request_id === null) continue;
    const request = requestOf.get(row.request_id);
    if (!request) refuse(row.at, `request_id: there is no payout request ${row.request_id}`);
    else if (request.user_id !== row.user_id || request.amount !== row.amount || request.method !== row.method)
      refuse(row.at, 'its request has another user, amount or method');
    else if ((request.status === PayoutRequestStatus.RETURNED) !== (row.returned_at !== null))
      refuse(row.at, `its request is ${request.status}, but returned_at is ${row.returned_at ? 'given' : 'missing'}`);
  }
}

/** Earnings in ended campaigns can be asked for: nobody may have been paid more, and nobody may be paid twice. */
function checkBalances(rows: ImportRows, terms: ImportTerms, refuse: Refuse): void {
  const ended = new Set(rows.campaigns.filter((row) => isEnded(row.status)).map((row) => row.id));
  const submissionOf = new Map(rows.submissions.map((row) => [row.id, row]));
  const earned = new Map<string, Micros>();
  for (const clip of rows.clips) {
    const submission = submissionOf.get(clip.submission_id);
    if (submission && ended.has(submission.campaign_id))
      earned.set(submission.user_id, (earned.get(submission.user_id) ?? 0n) + clip.earnings);
  }
  const all = sumMoney(earned.values());
  if (all > 0n && !terms.payoutsGiven && !terms.nothingWasPaid)
    refuse(
      { file: 'payouts.csv', line: 0 },
      `is missing, but ${formatMoney(all)} were earned in ended campaigns and would be paid again: give it, or --nothing-was-paid`,
    );
  const held = [
    ...rows.payouts.filter((row) => row.returned_at === null),
    ...rows['payout-requests'].filter((row) => OPEN_REQUEST.includes(row.status)),
  ];
  for (const [userId, group] of groupBy(held, (row) => row.user_id)) {
    const sum = sumMoney(group.map((row) => row.amount));
    const [first] = group;
    const has = earned.get(userId) ?? 0n;
    if (first && sum > has)
      refuse(
        first.at,
        `user ${userId} was paid and asks for ${formatMoney(sum)}, but earned ${formatMoney(has)} in ended campaigns`,
      );
  }
}
