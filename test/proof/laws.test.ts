import {
  ApprovePayoutRequestDocument,
  CompletePayoutRequestDocument,
  RejectSubmissionDocument,
  ReopenSubmissionDocument,
  RequestPayoutDocument,
  SubmitClipDocument,
} from '../../schema/generated/graphql.js';
import { checkLaws, LAWS } from '../../src/proof/laws.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
let open: string;
let clip: { clipId: string; submissionId: string };
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  const filled = await newCampaign(bed, { budget: '10.00' });
  for (const clipper of ['ann', 'ben', 'cat']) await newApprovedClip(bed, filled, clipper, [0, 5_000]);
  await newEarnings(bed, 'ben', '60.00');
  await newEarnings(bed, 'cat', '60.00');
  open = await newCampaign(bed, { maxEarningsPerClip: '7.00' });
  clip = await newApprovedClip(bed, open, 'ann', [1_000, 3_000, 9_000]);
  await newApprovedClip(bed, open, 'ben', [0, 100, 50]);
  const cheat = await newApprovedClip(bed, open, 'cat', [0, 2_000]);
  const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId: open, url: newClip(bed, [1]).url }, 'ann');
  await bed.ask(RejectSubmissionDocument, { id: submitClip.id, input: { reason: 'OTHER' } }, ADMIN);
  await bed.ask(ReopenSubmissionDocument, { id: submitClip.id }, ADMIN);
  await track(bed, filled);
  await track(bed, open);
  await bed.ask(
    `mutation { revokeSubmission(id: "${cheat.submissionId}", input: { reason: OTHER }) { id } }`,
    {},
    ADMIN,
  );
  await track(bed, open);
  const details = { method: 'PAYPAL' as const, details: 'me@example.com' };
  const paid = await bed.ask(RequestPayoutDocument, { input: { amount: '25.00', ...details } }, 'ben');
  await bed.ask(ApprovePayoutRequestDocument, { id: paid.requestPayout.id }, ADMIN);
  await bed.ask(CompletePayoutRequestDocument, { id: paid.requestPayout.id, transactionId: 'TX' }, ADMIN);
  await bed.ask(RequestPayoutDocument, { input: { amount: '25.00', ...details } }, 'cat');
});
afterAll(() => bed.stop());

/** Breaks a law as a superuser could, looks, and takes it back. */
async function brokenBy(statement: string, values: unknown[] = []): Promise<string[]> {
  const em = bed.database.orm.em.fork();
  await em.begin();
  try {
    await em.execute("set local session_replication_role = 'replica'");
    await em.execute(statement, values);
    const client = bed.database.orm.em.fork();
    await em.commit();
    return (await checkLaws(client)).filter((law) => law.violations > 0).map((law) => law.law.split(' ')[0] ?? '');
  } catch (error) {
    await em.rollback();
    throw error;
  }
}

/** Takes the audit event of an event of a campaign away from it, and gives it back. */
const unaudited = (type: string): [string, string, () => string, () => string] => [
  '13',
  `an event ${type} without its audit event`,
  () =>
    `update audit_event set campaign_event_id = null where campaign_event_id in (select id from campaign_event where type = '${type}')`,
  () =>
    `update audit_event a set campaign_event_id = v.id from campaign_event v
     where v.type = '${type}' and a.campaign_event_id is null and v.number = a.campaign_event_number
       and a.subject_id = coalesce((v.content ->> 'submissionId')::uuid, v.campaign_id)`,
];

const BREAKS: [law: string, how: string, statement: () => string, undo: () => string][] = [
  [
    '1',
    'a clip’s earnings edited',
    () => `update clip set earnings = earnings + 1 where id = '${clip.clipId}'`,
    () => `update clip set earnings = earnings - 1 where id = '${clip.clipId}'`,
  ],
  [
    '1',
    'a kept total edited',
    () => `update campaign_totals set pending = pending + 1 where campaign_id = '${open}'`,
    () => `update campaign_totals set pending = pending - 1 where campaign_id = '${open}'`,
  ],
  [
    '1',
    'a clipper’s total edited',
    () => `update clipper_totals set views = views + 1 where campaign_id = '${open}'`,
    () => `update clipper_totals set views = views - 1 where campaign_id = '${open}'`,
  ],
  [
    '2',
    'an entry’s amount edited',
    () => `update earning_entry set amount = amount + 1 where clip_id = '${clip.clipId}' and from_views = 1000`,
    () => `update earning_entry set amount = amount - 1 where clip_id = '${clip.clipId}' and from_views = 1000`,
  ],
  [
    '2',
    'the frozen terms edited',
    () => `update clip_submission set cpm = 2000000 where id = '${clip.submissionId}'`,
    () => `update clip_submission set cpm = 1000000 where id = '${clip.submissionId}'`,
  ],
  [
    '3',
    'a budget below what is spent',
    () => `update campaign set budget = 10000 where id = '${open}'`,
    () => `update campaign set budget = 100000000 where id = '${open}'`,
  ],
  [
    '4',
    'a user’s total edited',
    () => 'update clipper_totals set earnings = earnings + 1',
    () => 'update clipper_totals set earnings = earnings - 1',
  ],
  [
    '5',
    'earnings in a campaign that is neither open nor ended',
    () => `update campaign set status = 'DRAFT' where id = '${open}'`,
    () => `update campaign set status = 'ACTIVE' where id = '${open}'`,
  ],
  [
    '6',
    'a payout larger than what was earned',
    () => `update payout set amount = amount * 100`,
    () => `update payout set amount = amount / 100`,
  ],
  [
    '6',
    'a request larger than the balance',
    () => `update payout_request set amount = amount * 100 where status = 'PENDING'`,
    () => `update payout_request set amount = amount / 100 where status = 'PENDING'`,
  ],
  [
    '8',
    'a payout of another amount than its request',
    () => `update payout set amount = amount - 1`,
    () => `update payout set amount = amount + 1`,
  ],
  [
    '8',
    'a completed request that was never paid',
    () => `update payout_request set status = 'COMPLETED', processed_at = now() where status = 'PENDING'`,
    () =>
      `update payout_request set status = 'PENDING', processed_at = null where id not in (select request_id from payout)`,
  ],
  [
    '8',
    'a payment that came back while its request says it did not',
    () => `update payout set returned_at = paid_at`,
    () => `update payout set returned_at = null`,
  ],
  [
    '8',
    'a payout without a request',
    () => `update payout set request_id = '00000000-0000-7000-8000-000000000000'`,
    () => `update payout set request_id = (select id from payout_request where status = 'COMPLETED')`,
  ],
  [
    '7',
    'final earnings while the campaign is open',
    () => `update clip_submission set final_earnings = 1 where id = '${clip.submissionId}'`,
    () => `update clip_submission set final_earnings = null where id = '${clip.submissionId}'`,
  ],
  [
    '9',
    'a clip that outlives its submission',
    () => `update clip_submission set status = 'WITHDRAWN' where id = '${clip.submissionId}'`,
    () => `update clip_submission set status = 'APPROVED' where id = '${clip.submissionId}'`,
  ],
  [
    '10',
    'a reading added above the mark',
    () => `update view_tracking set views = 99999 where clip_id = '${clip.clipId}' and views = 3000`,
    () => `update view_tracking set views = 3000 where clip_id = '${clip.clipId}' and views = 99999`,
  ],
  [
    '10',
    'a reading said to have gained more than it did',
    () => `update view_tracking set gained = gained + 1 where clip_id = '${clip.clipId}' and views = 3000`,
    () => `update view_tracking set gained = gained - 1 where clip_id = '${clip.clipId}' and views = 3000`,
  ],
  [
    '11',
    'an event’s content edited',
    () => `update campaign_event set content = content || '{"x": 1}' where campaign_id = '${open}' and number = 2`,
    () => `update campaign_event set content = content - 'x' where campaign_id = '${open}' and number = 2`,
  ],
  [
    '11',
    'a reading that an entry names edited',
    () => `update view_tracking set views = 2999 where clip_id = '${clip.clipId}' and views = 3000`,
    () => `update view_tracking set views = 3000 where clip_id = '${clip.clipId}' and views = 2999`,
  ],
  [
    '11',
    'the tail cut off',
    () =>
      `update campaign_event set campaign_id = '00000000-0000-7000-8000-000000000000' where campaign_id = '${open}' and number = (select last_event_number from campaign where id = '${open}')`,
    () =>
      `update campaign_event set campaign_id = '${open}' where campaign_id = '00000000-0000-7000-8000-000000000000'`,
  ],
  [
    '12',
    'a maximum below what was earned',
    () => `update clip_submission set max_earnings = 10000 where id = '${clip.submissionId}'`,
    () => `update clip_submission set max_earnings = 7000000 where id = '${clip.submissionId}'`,
  ],
  [
    '3',
    'a filled budget that was not',
    () => `update campaign set completion_reason = 'BUDGET_FILLED' where completion_reason = 'MANUAL'`,
    () =>
      `update campaign set completion_reason = 'MANUAL' where completion_reason = 'BUDGET_FILLED' and budget > 10000000`,
  ],
  [
    '11',
    'an event said to be of another version',
    () => `update campaign_event set version = 1 where campaign_id = '${open}' and number = 2`,
    () => `update campaign_event set version = 2 where campaign_id = '${open}' and number = 2`,
  ],
  [
    '11',
    'a clip that is said to have taken part in a round without a reading',
    () =>
      `insert into clips_without_reading select id, array['${clip.clipId}']::uuid[] from campaign_event where campaign_id = '${open}' and type = 'ROUND_SETTLED'`,
    () => 'delete from clips_without_reading',
  ],
  ...['APPROVED', 'REJECTED', 'REOPENED', 'REVOKED', 'ENDED'].map(unaudited),
  [
    '13',
    'an audit event that names an event by another number',
    () => `update audit_event set campaign_event_number = -campaign_event_number where action = 'submission.approved'`,
    () => `update audit_event set campaign_event_number = -campaign_event_number where action = 'submission.approved'`,
  ],
  [
    '13',
    'an audit event of an approval that is about another submission',
    () => `update audit_event set subject_id = reverse(subject_id::text)::uuid where action = 'submission.revoked'`,
    () => `update audit_event set subject_id = reverse(subject_id::text)::uuid where action = 'submission.revoked'`,
  ],
  [
    '13',
    'a decided payout request without the audit event of that',
    () => `update audit_event set action = 'x', subject_type = 'x' where action = 'payout-request.completed'`,
    () =>
      `update audit_event set action = 'payout-request.completed', subject_type = 'PayoutRequest' where action = 'x'`,
  ],
  [
    '13',
    'a user made an admin past the application',
    () => `update "user" set role = 'ADMIN' where subject = 'ann'`,
    () => `update "user" set role = 'CLIPPER' where subject = 'ann'`,
  ],
  [
    '13',
    'an admin demoted past the application',
    () => `update "user" set role = 'CLIPPER' where subject = 'admin'`,
    () => `update "user" set role = 'ADMIN' where subject = 'admin'`,
  ],
  [
    '13',
    'a user suspended past the application',
    () => `update "user" set suspended_at = now() where subject = 'ann'`,
    () => `update "user" set suspended_at = null where subject = 'ann'`,
  ],
  [
    '14',
    'earnings made available at another instant than the end states',
    () => `update campaign set earnings_available_at = earnings_available_at + interval '1 day'`,
    () => `update campaign set earnings_available_at = earnings_available_at - interval '1 day'`,
  ],
];

test('V1 after all that the product does, every law holds', async () => {
  await expectLawsHold(bed.database);
});

test.each(BREAKS)('V1 law %s reports %s', async (law, _how, statement, undo) => {
  try {
    expect(await brokenBy(statement())).toContain(law);
  } finally {
    await brokenBy(undo());
  }
  await expectLawsHold(bed.database);
});

test('V1 there are fourteen laws, and each has a test that breaks it', () => {
  const broken = new Set(BREAKS.map(([law]) => law));
  const laws = LAWS.map(({ law }) => law.split(' ')[0] ?? '');
  expect(laws).toEqual(Array.from({ length: 14 }, (_, index) => String(index + 1)));
  expect([...broken].toSorted()).toEqual(laws.toSorted());
});
