import {
  ApprovePayoutRequestDocument,
  CompleteCampaignDocument,
  CompletePayoutRequestDocument,
  DashboardDocument,
  PayoutDetailsDocument,
  RejectPayoutRequestDocument,
  RejectSubmissionDocument,
  RequestPayoutDocument,
  ReturnPayoutDocument,
  RevokeSubmissionDocument,
  SetUserRoleDocument,
  SubmitClipDocument,
  SuspendUserDocument,
  UnsuspendUserDocument,
  UpdateCampaignDocument,
} from '../../schema/generated/graphql.js';
import { appendOnlyTables, expectNoPersons } from '../support/append-only.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000', DATA_ENCRYPTION_KEY: 'ab'.repeat(32) },
  });
});
afterAll(() => bed.stop());

const CLIPPER = 'typed-subject';
const NOTE = 'A note that somebody typed about somebody';

/** Text columns of tables that are only added to. What may be typed by a person must not be among them. */
const TEXTS: Record<string, string> = {
  'audit_event.via': 'api, schedule or command',
  'audit_event.action': 'ours',
  'audit_event.subject_type': 'ours',
  'audit_event.before': 'scanned below',
  'audit_event.after': 'scanned below',
  'campaign_event.type': 'an enum',
  'campaign_event.content': 'scanned below',
  'campaign_event.previous_hash': 'a hash',
  'campaign_event.hash': 'a hash',
  'clips_without_reading.clip_ids': 'ids',
  'law_start.law': 'ours',
  'earning_entry.reason': 'an enum',
  'earning_entry.cap': 'an enum',
  'view_tracking.outcome': 'an enum',
  'view_tracking.reason': 'words of ours, or a code of the source',
};

test('U7 every text column of an append-only table is known to hold nothing that a person typed', async () => {
  const columns = await bed.database.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = any($1) and data_type in ('text', 'jsonb', 'json', 'ARRAY', 'character varying')`,
    [await appendOnlyTables(bed.database)],
  );
  expect(columns.map((column) => column.name).toSorted()).toEqual(Object.keys(TEXTS).toSorted());
});

test('U7 after a story in which everything is typed that can be, no append-only row holds any of it', async () => {
  const text = (what: string) => `${what} that an admin typed for the clippers`;
  const campaignId = await newCampaign(bed, {
    title: text('A title'),
    description: text('A description'),
    requirements: [text('A requirement')],
  });
  const input = { title: text('Another title'), description: text('Another description'), adCampaignId: 'ad-1' };
  await bed.ask(UpdateCampaignDocument, { id: campaignId, input }, ADMIN);
  await bed.ask('mutation { updateProfile(name: "Typed Name") { id } }', {}, CLIPPER);
  const { me } = await bed.ask(DashboardDocument, {}, CLIPPER);
  const cheat = await newApprovedClip(bed, campaignId, CLIPPER, [0, 2_000]);
  const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId, url: newClip(bed, [1]).url }, CLIPPER);
  await bed.ask(RejectSubmissionDocument, { id: submitClip.id, input: { reason: 'OTHER', note: NOTE } }, ADMIN);
  await track(bed, campaignId);
  await bed.ask(
    RevokeSubmissionDocument,
    { id: cheat.submissionId, input: { reason: 'FRAUDULENT_VIEWS', note: NOTE } },
    ADMIN,
  );
  await bed.ask(CompleteCampaignDocument, { id: campaignId }, ADMIN);
  await newEarnings(bed, CLIPPER, '90.00');
  const payout = { amount: '30.00', method: 'PAYPAL' as const, details: 'typed-wallet@example.com' };
  const request = async () => (await bed.ask(RequestPayoutDocument, { input: payout }, CLIPPER)).requestPayout.id;
  await bed.ask(RejectPayoutRequestDocument, { id: await request(), note: NOTE }, ADMIN);
  const id = await request();
  await bed.ask(PayoutDetailsDocument, { id }, ADMIN);
  await bed.ask(ApprovePayoutRequestDocument, { id }, ADMIN);
  await bed.ask(CompletePayoutRequestDocument, { id, transactionId: 'TX-1' }, ADMIN);
  await bed.ask(ReturnPayoutDocument, { id, note: NOTE }, ADMIN);
  await bed.ask(SetUserRoleDocument, { id: me!.id, role: 'ADMIN' }, ADMIN);
  await bed.ask(SetUserRoleDocument, { id: me!.id, role: 'CLIPPER' }, ADMIN);
  await bed.ask(SuspendUserDocument, { id: me!.id }, ADMIN);
  await bed.ask(UnsuspendUserDocument, { id: me!.id }, ADMIN);
  await expectNoPersons(bed.database);
  const actions = await bed.database.query<{ action: string }>('select distinct action from audit_event');
  expect(actions.length).toBeGreaterThan(15);
});

test.each([
  ['an e-mail address', '{"by":"somebody@example.org"}'],
  ['a name', '{"name":"Typed Name"}'],
  ['a note', `{"note":"${NOTE}"}`],
  ['a text that stands nowhere else', '{"why":"because of what they said to me"}'],
])('U7 the scan finds %s', async (_what, after) => {
  const em = bed.database.orm.em.fork();
  await em.execute(
    `insert into audit_event (id, via, action, subject_type, subject_id, after, at) values (gen_random_uuid(), 'api', 'test', 'User', gen_random_uuid(), ?, now())`,
    [after],
  );
  await expect(expectNoPersons(bed.database)).rejects.toThrow('audit_event');
  await em.begin();
  await em.execute("set local session_replication_role = 'replica'");
  await em.execute("delete from audit_event where action = 'test'");
  await em.commit();
  await expectNoPersons(bed.database);
});
