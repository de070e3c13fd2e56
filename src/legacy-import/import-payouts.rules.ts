import { isEnded } from '../campaign/campaign.rules.js';
import { PayoutRequestStatus } from '../payout/payout.enums.js';
import { checkDetails, checkTransactionId } from '../payout/payout.rules.js';
import { groupBy } from '../shared/batching.js';
import { formatMoney, type Micros, sumMoney } from '../shared/money.js';
import { type ImportTerms, type Refuse, type RefusedRows, refusedBy, unique } from './import-refusals.js';
import type { ImportRows } from './import-rows.rules.js';

export const OPEN_REQUEST: readonly PayoutRequestStatus[] = [PayoutRequestStatus.PENDING, PayoutRequestStatus.APPROVED];
const PAID_REQUEST: readonly PayoutRequestStatus[] = [PayoutRequestStatus.COMPLETED, PayoutRequestStatus.RETURNED];
/** @see docs/domain.md P1-P3 */
export function checkPayouts(rows: ImportRows, { coin }: ImportTerms, refused: RefusedRows, refuse: Refuse): void {
  const { users, payouts } = rows;
  const requests = rows['payout-requests'];
  const known = new Set(users.map((row) => row.id));
  const requestOf = new Map(requests.map((row) => [row.id, row]));
  const paid = new Map(payouts.map((row) => [row.request_id, row]));
  for (const row of [...requests, ...payouts]) {
    if (!known.has(row.user_id) && !refused.mayName('users', row.user_id))
      refuse(row.at, `user_id: there is no user ${row.user_id}`);
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
    if (wasPaid !== paid.has(row.id) && !(wasPaid && refused.mayName('payouts', row.id)))
      refuse(
        row.at,
        wasPaid ? `status is ${row.status}, but no payout names it` : `a payout names it, but it is ${row.status}`,
      );
  }
  for (const row of payouts) {
    const wrong = refusedBy(() => checkTransactionId(row.transaction_id));
    if (wrong) refuse(row.at, wrong.replace('transactionId', 'transaction_id'));
    if (row.returned_at && row.returned_at < row.paid_at) refuse(row.at, 'returned_at lies before paid_at');
    if (row.request_id === null) continue;
    const request = requestOf.get(row.request_id);
    if (!request) {
      if (!refused.mayName('payout-requests', row.request_id))
        refuse(row.at, `request_id: there is no payout request ${row.request_id}`);
    } else if (request.user_id !== row.user_id || request.amount !== row.amount || request.method !== row.method)
      refuse(row.at, 'its request has another user, amount or method');
    else if ((request.status === PayoutRequestStatus.RETURNED) !== (row.returned_at !== null))
      refuse(row.at, `its request is ${request.status}, but returned_at is ${row.returned_at ? 'given' : 'missing'}`);
  }
}

/** Earnings in ended campaigns can be asked for: nobody may have been paid more, and nobody may be paid twice. */
export function checkBalances(rows: ImportRows, terms: ImportTerms, refused: RefusedRows, refuse: Refuse): void {
  const ended = new Set(rows.campaigns.filter((row) => isEnded(row.status)).map((row) => row.id));
  const submissionOf = new Map(rows.submissions.map((row) => [row.id, row]));
  const earned = new Map<string, Micros>();
  for (const clip of rows.clips) {
    const submission = submissionOf.get(clip.submission_id);
    if (submission && ended.has(submission.campaign_id))
      earned.set(submission.user_id, (earned.get(submission.user_id) ?? 0n) + clip.earnings);
  }
  const all = sumMoney(rows.clips.map((row) => row.earnings));
  if (all > 0n && !terms.payoutsGiven && !terms.nothingWasPaid)
    refuse(
      { file: 'payouts.csv', line: 0 },
      `is missing, but ${formatMoney(all)} were earned, and what of it was paid would be paid again: give it, or --nothing-was-paid`,
    );
  // With a row missing among those that earned, everybody who was paid would seem to have been paid too much.
  if (refused.some('campaigns') || refused.some('submissions') || refused.some('clips')) return;
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
