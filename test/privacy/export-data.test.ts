import {
  ExportMyDataDocument,
  RejectPayoutRequestDocument,
  RejectSubmissionDocument,
  RequestPayoutDocument,
  SubmitClipDocument,
} from '../../schema/generated/graphql.js';
import { COMMAND } from '../../src/audit/audit.service.js';
import { writeDataOf } from '../../src/privacy/export-data.service.js';
import { EXPORT_PARTS } from '../../src/privacy/export-parts.sql.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000', DATA_ENCRYPTION_KEY: 'ab'.repeat(32) },
  });
});
afterAll(() => bed.stop());

type Document = Record<string, Record<string, unknown>[]> & { exportedAt: string };
const exported = async (caller: string) =>
  JSON.parse((await bed.ask(ExportMyDataDocument, {}, caller)).exportMyData) as Document;

test('U6 the export holds everything that is kept about the caller, with details opened, and nothing of others', async () => {
  await newEarnings(bed, 'mine', '60.00');
  const campaignId = await newCampaign(bed);
  await newApprovedClip(bed, campaignId, 'mine', [0, 1_000, 2_000]);
  await newApprovedClip(bed, campaignId, 'theirs', [0, 3_000]);
  await track(bed, campaignId);
  const { url } = newClip(bed, [9]);
  const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId, url }, 'mine');
  await bed.ask(RejectSubmissionDocument, { id: submitClip.id, input: { reason: 'OTHER', note: 'Too short' } }, ADMIN);
  const input = { amount: '25.00', method: 'PAYPAL' as const, details: 'mine-wallet@example.com' };
  const { id } = (await bed.ask(RequestPayoutDocument, { input }, 'mine')).requestPayout;
  await bed.ask(RejectPayoutRequestDocument, { id, note: 'Not this one' }, ADMIN);
  await exported('mine');
  const document = await exported('mine');
  // V4: each export is among what is kept.
  expect(document.auditEvents?.filter((each) => each.action === 'user.export')).toHaveLength(2);
  expect(document.user).toMatchObject([{ subject: 'mine', email: 'mine@example.com', name: 'mine', role: 'CLIPPER' }]);
  expect(document.payoutRequests).toMatchObject([
    { id, amount: '25.00', details: 'mine-wallet@example.com', status: 'REJECTED', note: 'Not this one' },
  ]);
  expect(document.submissions?.find((each) => each.id === submitClip.id)).toMatchObject({
    url,
    rejectionNote: 'Too short',
    cpm: '1.00',
    initialViews: '9',
  });
  expect(document.earningEntries?.map((each) => each.amount)).toEqual(['60.00', '1.00']);
  expect(document.readings?.map((each) => each.views)).toEqual(['60000', '1000']);
  expect(document.notifications?.map((each) => each.type)).toContain('PAYOUT_REJECTED');
  expect(document.auditEvents?.map((each) => each.action)).toContain('payout-request.rejected');
  expect(document.campaignEvents?.map((each) => each.type)).toContain('SUBMITTED');
  const others = await bed.database.query<{ id: string }>(
    `select id from clip_submission where clipper_id <> $1 union select k.id from clip k where k.clipper_id <> $1 union select id from "user" where subject = 'theirs'`,
    [document.user?.[0]?.id],
  );
  const text = JSON.stringify(document);
  expect(others.filter((other) => text.includes(other.id))).toEqual([]);
  expect(others.length).toBeGreaterThan(2);
});

test('U6 the document has as many statements for a thousand rows as for one, and comes in small pieces', async () => {
  const { user } = await exported('mine');
  const id = String(user?.[0]?.id);
  const count = () => bed.database.countStatements(() => exported('mine'));
  const before = await count();
  await bed.database.query(
    `insert into notification (id, user_id, type, title, body, created_at)
     select gen_random_uuid(), $1, 'PAYOUT_READY', 'You can be paid', 'text ' || n, now() from generate_series(1, 900) n`,
    [id],
  );
  expect(await count()).toBe(before);
  await bed.database.query(
    `insert into notification (id, user_id, type, title, body, created_at)
     select gen_random_uuid(), $1, 'PAYOUT_READY', 'You can be paid', 'text ' || n, now() from generate_series(1, 1500) n`,
    [id],
  );
  const pieces: string[] = [];
  await writeDataOf(bed.database.orm.em, bed.deps, { actor: COMMAND, userId: id }, (text) => void pieces.push(text));
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(2_000);
  expect((JSON.parse(pieces.join('')) as Document).notifications?.length).toBeGreaterThan(2_400);
});

test('U6 details of a tampered request are not shown in an export, but why is', async () => {
  await bed.database.query("update payout_request set amount = amount + 10000 where status = 'REJECTED'");
  const document = await exported('mine');
  expect(document.payoutRequests?.[0]?.details).toContain('(not shown)');
});

test('U6 more than one answer can hold is refused, and nothing of it is sent', async () => {
  const { user } = await exported('mine');
  await bed.database.query(
    `insert into notification (id, user_id, type, title, body, created_at)
     select gen_random_uuid(), $1, 'PAYOUT_READY', 'x', repeat('x', 100000), now() from generate_series(1, 330)`,
    [user?.[0]?.id],
  );
  expect(await bed.refusal(ExportMyDataDocument, {}, 'mine')).toBe('CONFLICT');
});

/** What need not be exported or erased, and why. */
const LEFT_OUT: Record<string, string> = {
  clipper_totals: 'sums of the clips and submissions that are exported',
  rate_bucket: 'how many calls are left in this minute',
  payout_announcement: 'says only that a notification was made',
  payout_request: 'exported by a part of its own, with its details opened',
};

test('U6 every table with a column that refers to a user is exported, or is known to hold nothing more', async () => {
  const rows = await bed.database.query<{ name: string }>(
    `select c.relname as name from pg_constraint f join pg_class c on c.oid = f.conrelid where f.contype = 'f' and f.confrelid = '"user"'::regclass
     union select table_name from information_schema.columns where table_schema = 'public' and column_name ~ '(clipper|user|actor|person|owner)_id$' order by 1`,
  );
  const known = new Set([...EXPORT_PARTS.map((part) => part.table), ...Object.keys(LEFT_OUT)]);
  expect(rows.map((row) => row.name).filter((name) => !known.has(name))).toEqual([]);
  expect(rows.length).toBeGreaterThan(5);
});

/** Columns of exported tables that the document leaves out, and why. */
const NOT_SHOWN: Record<string, string> = {
  'user.erased_at': 'null for whoever can ask',
  'notification.user_id': 'the caller',
  'notification.person_id': 'the name of somebody else is filled in when it is shown',
  'baseline_read.clipper_id': 'the caller',
  'clip_submission.clipper_id': 'the caller',
  'clip.clipper_id': 'the caller',
  'clip.mark_reading_id': 'the reading of the highest count is among the readings',
  'view_tracking.round_id': 'the run of the installation',
  'earning_entry.round_id': 'the run of the installation',
  'earning_entry.event_id': 'the event is among the campaign events',
  'payout.clipper_id': 'the caller',
  'audit_event.actor_id': 'who decided is told to admins alone',
  'notification.about_id': 'whom a notice to admins is about',
  'audit_event.campaign_event_id': 'the event is among the campaign events',
  'audit_event.campaign_event_number': 'the event is among the campaign events',
  'campaign_event.version': 'how the chain is read, says nothing',
  'campaign_event.hash': 'proves the chain, says nothing',
  'campaign_event.previous_hash': 'proves the chain, says nothing',
};

test('U6 every column of an exported table is in the document, or is known to say nothing about the caller', async () => {
  const columns = await bed.database.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns where table_schema = 'public' and table_name = any($1)`,
    [EXPORT_PARTS.map((part) => part.table)],
  );
  const shown = new Set(EXPORT_PARTS.flatMap((part) => part.columns.map((column) => `${part.table}.${column}`)));
  const missing = columns
    .map(({ table, column }) => `${table}.${column}`)
    .filter((name) => !shown.has(name) && !(name in NOT_SHOWN));
  expect(missing).toEqual([]);
});
