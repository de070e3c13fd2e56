import {
  ApprovePayoutRequestDocument,
  CancelPayoutRequestDocument,
  CompletePayoutRequestDocument,
  PaymentsMadeDocument,
  PayoutQueueDocument,
  PayoutsDocument,
  RejectPayoutRequestDocument,
  RequestPayoutDocument,
  type RequestPayoutInput,
  ReturnPayoutDocument,
  SuspendUserDocument,
  UnsuspendUserDocument,
} from '../../schema/generated/graphql.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newEarnings } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const lines: string[] = [];
let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000', DATA_ENCRYPTION_KEY: 'ab'.repeat(32) },
    onLog: (line) => lines.push(line),
    startAt: '2026-11-20T08:00:00Z',
  });
});
afterAll(async () => {
  await expectLawsHold(bed.database);
  await bed.stop();
});

const PAYPAL = { method: 'PAYPAL' as const, details: 'me@example.com' };
const request = async (caller: string, amount: string, input: Partial<RequestPayoutInput> = {}) =>
  (await bed.ask(RequestPayoutDocument, { input: { amount, ...PAYPAL, ...input } }, caller)).requestPayout;
const refused = (caller: string | null, amount: string, input: Partial<RequestPayoutInput> = {}) =>
  bed.refusal(RequestPayoutDocument, { input: { amount, ...PAYPAL, ...input } }, caller);
const balances = async (caller: string) => {
  const { availableBalance, payable, pendingPayouts, paidOut } = (await bed.ask(PayoutsDocument, {}, caller)).me;
  return { availableBalance, payable, pendingPayouts, paidOut };
};
const approve = (id: string, caller = ADMIN) => bed.ask(ApprovePayoutRequestDocument, { id }, caller);
const complete = (id: string, transactionId: string) =>
  bed.ask(CompletePayoutRequestDocument, { id, transactionId }, ADMIN);
const suspend = async (subject: string, suspended = true) => {
  const [row] = await bed.database.query<{ id: string }>('select id from "user" where subject = $1', [subject]);
  const id = row?.id ?? '';
  if (suspended) await bed.ask(SuspendUserDocument, { id }, ADMIN);
  else await bed.ask(UnsuspendUserDocument, { id }, ADMIN);
};

test('P1 refusals come in their order: form and minimum, then an open request, then the balance', async () => {
  await newEarnings(bed, 'olga', '50.00');
  expect(await refused(null, '20.00')).toBe('UNAUTHENTICATED');
  expect(await refused('olga', '19.99')).toBe('BAD_USER_INPUT');
  expect(await refused('olga', '20.005')).toBe('BAD_USER_INPUT');
  expect(await refused('olga', '-20.00')).toBe('BAD_USER_INPUT');
  expect(await refused('olga', '20.00', { details: 'no address' })).toBe('BAD_USER_INPUT');
  expect(await refused('olga', '50.01')).toBe('INSUFFICIENT_BALANCE');
  expect(await refused('nobody-yet', '20.00')).toBe('INSUFFICIENT_BALANCE');
  await request('olga', '30.00');
  expect(await refused('olga', '1.00')).toBe('BAD_USER_INPUT');
  expect(await refused('olga', '5000.00')).toBe('CONFLICT');
  expect(await balances('olga')).toEqual({
    availableBalance: '20.00',
    payable: '0.00',
    pendingPayouts: '30.00',
    paidOut: '0.00',
  });
});

test('a refusal names the field and says what would be accepted', async () => {
  const { errors } = await bed.send(RequestPayoutDocument, { input: { amount: '5.00', ...PAYPAL } }, 'olga');
  expect(errors?.[0]).toMatchObject({
    message: 'amount must be at least 20.00.',
    extensions: { code: 'BAD_USER_INPUT', field: 'input.amount' },
  });
});

test('P2 a request goes from PENDING to APPROVED to COMPLETED to RETURNED, and the money comes back', async () => {
  await newEarnings(bed, 'rita', '100.00');
  const { id } = await request('rita', '60.00');
  expect(await bed.refusal(CompletePayoutRequestDocument, { id, transactionId: 'TX-R' }, ADMIN)).toBe('CONFLICT');
  const { approvePayoutRequest } = await approve(id);
  expect(approvePayoutRequest).toMatchObject({ status: 'APPROVED', payout: null });
  expect(await bed.refusal(CancelPayoutRequestDocument, { id }, 'rita')).toBe('CONFLICT');
  expect(await balances('rita')).toMatchObject({ availableBalance: '40.00', pendingPayouts: '60.00' });
  const { completePayoutRequest } = await complete(id, 'TX-R');
  expect(completePayoutRequest).toMatchObject({ status: 'COMPLETED', payout: { transactionId: 'TX-R' } });
  expect(await balances('rita')).toMatchObject({ availableBalance: '40.00', pendingPayouts: '0.00', paidOut: '60.00' });
  expect(await bed.refusal(RejectPayoutRequestDocument, { id, note: 'no' }, ADMIN)).toBe('CONFLICT');
  const { returnPayout } = await bed.ask(ReturnPayoutDocument, { id, note: 'Account closed' }, ADMIN);
  expect(returnPayout).toMatchObject({ status: 'RETURNED', note: 'Account closed' });
  expect(returnPayout.payout?.returnedAt).not.toBeNull();
  expect(await balances('rita')).toMatchObject({ availableBalance: '100.00', payable: '100.00', paidOut: '0.00' });
  expect(await bed.refusal(ReturnPayoutDocument, { id, note: 'again' }, ADMIN)).toBe('CONFLICT');
  await expectLawsHold(bed.database);
});

test('returnPayout takes the id of the payout, too', async () => {
  await newEarnings(bed, 'rolf', '30.00');
  const { id } = await request('rolf', '30.00');
  await approve(id);
  const { completePayoutRequest } = await complete(id, 'TX-ROLF');
  const payoutId = completePayoutRequest.payout?.id ?? '';
  const { returnPayout } = await bed.ask(ReturnPayoutDocument, { id: payoutId, note: 'came back' }, ADMIN);
  expect(returnPayout).toMatchObject({ id, status: 'RETURNED' });
});

test('P2 a rejection needs a note, frees the amount, and is final', async () => {
  await newEarnings(bed, 'rex', '40.00');
  const { id } = await request('rex', '40.00');
  expect(await bed.refusal(RejectPayoutRequestDocument, { id, note: ' ' }, ADMIN)).toBe('BAD_USER_INPUT');
  const { rejectPayoutRequest } = await bed.ask(RejectPayoutRequestDocument, { id, note: 'Wrong address' }, ADMIN);
  expect(rejectPayoutRequest).toMatchObject({ status: 'REJECTED', note: 'Wrong address' });
  expect(await balances('rex')).toMatchObject({ availableBalance: '40.00', payable: '40.00' });
  expect(await bed.refusal(ApprovePayoutRequestDocument, { id }, ADMIN)).toBe('CONFLICT');
});

test('P2 a clipper takes back their own PENDING request, nobody else’s', async () => {
  await newEarnings(bed, 'carl', '40.00');
  const { id } = await request('carl', '40.00');
  expect(await bed.refusal(CancelPayoutRequestDocument, { id }, 'rex')).toBe('NOT_FOUND');
  expect(await bed.refusal(CancelPayoutRequestDocument, { id: 'x' }, 'carl')).toBe('NOT_FOUND');
  const { cancelPayoutRequest } = await bed.ask(CancelPayoutRequestDocument, { id }, 'carl');
  expect(cancelPayoutRequest.status).toBe('CANCELLED');
  await request('carl', '40.00');
});

test('P3 completing is safe to repeat; another id, or an id of another payout, is CONFLICT', async () => {
  for (const clipper of ['pia', 'paul']) await newEarnings(bed, clipper, '40.00');
  const { id } = await request('pia', '40.00');
  await approve(id);
  const first = await complete(id, ' TX-P ');
  const again = await complete(id, 'TX-P');
  expect(again.completePayoutRequest.payout?.id).toBe(first.completePayoutRequest.payout?.id);
  expect(await bed.refusal(CompletePayoutRequestDocument, { id, transactionId: 'TX-Q' }, ADMIN)).toBe('CONFLICT');
  const other = await request('paul', '40.00');
  await approve(other.id);
  expect(await bed.refusal(CompletePayoutRequestDocument, { id: other.id, transactionId: 'TX-P' }, ADMIN)).toBe(
    'CONFLICT',
  );
  expect(await bed.database.query("select 1 from payout where transaction_id = 'TX-P'")).toHaveLength(1);
});

test('P4 the same key with the same input answers the request as it is now; with another input it is CONFLICT', async () => {
  await newEarnings(bed, 'ida', '40.00');
  expect(await refused('ida', '41.00', { idempotencyKey: 'k' })).toBe('INSUFFICIENT_BALANCE');
  const { id } = await request('ida', '40.00', { idempotencyKey: 'k' });
  await bed.ask(RejectPayoutRequestDocument, { id, note: 'no' }, ADMIN);
  expect(await request('ida', '40.00', { idempotencyKey: 'k' })).toMatchObject({ id, status: 'REJECTED' });
  expect(await refused('ida', '39.00', { idempotencyKey: 'k' })).toBe('CONFLICT');
  expect(await refused('ida', '1.00', { idempotencyKey: 'k' })).toBe('CONFLICT');
  expect(await refused('ida', '40.00', { idempotencyKey: 'k', details: 'other@example.com' })).toBe('CONFLICT');
  expect(await refused('ida', '40.00', { idempotencyKey: '' })).toBe('BAD_USER_INPUT');
  await newEarnings(bed, 'ivo', '40.00');
  expect((await request('ivo', '40.00', { idempotencyKey: 'k' })).id).not.toBe(id);
});

test('U1 of a suspended clipper a request can be rejected, but neither approved nor completed', async () => {
  await newEarnings(bed, 'sue', '40.00');
  const { id } = await request('sue', '40.00');
  await suspend('sue');
  expect(await bed.refusal(ApprovePayoutRequestDocument, { id }, ADMIN)).toBe('CONFLICT');
  await suspend('sue', false);
  await approve(id);
  await suspend('sue');
  expect(await bed.refusal(CompletePayoutRequestDocument, { id, transactionId: 'TX-S' }, ADMIN)).toBe('CONFLICT');
  await bed.ask(RejectPayoutRequestDocument, { id, note: 'suspended' }, ADMIN);
});

test('U3 nobody approves, completes, rejects or returns their own request', async () => {
  await newEarnings(bed, 'admin2', '40.00');
  const { id } = await request('admin2', '40.00');
  expect(await bed.refusal(ApprovePayoutRequestDocument, { id }, 'admin2')).toBe('FORBIDDEN');
  expect(await bed.refusal(RejectPayoutRequestDocument, { id, note: 'x' }, 'admin2')).toBe('FORBIDDEN');
  await approve(id);
  expect(await bed.refusal(CompletePayoutRequestDocument, { id, transactionId: 'TX-U3' }, 'admin2')).toBe('FORBIDDEN');
  await complete(id, 'TX-U3');
  expect(await bed.refusal(ReturnPayoutDocument, { id, note: 'x' }, 'admin2')).toBe('FORBIDDEN');
});

test('deciding is for admins, and others’ requests do not exist', async () => {
  await newEarnings(bed, 'mine', '40.00');
  const { id } = await request('mine', '40.00');
  for (const document of [ApprovePayoutRequestDocument, CancelPayoutRequestDocument]) {
    expect(await bed.refusal(document, { id }, null)).toBe('UNAUTHENTICATED');
  }
  expect(await bed.refusal(ApprovePayoutRequestDocument, { id }, 'rex')).toBe('FORBIDDEN');
  expect(await bed.refusal(PayoutQueueDocument, {}, 'rex')).toBe('FORBIDDEN');
  expect(await bed.ask('query ($id: ID!) { payoutRequest(id: $id) { id } }', { id }, 'stranger')).toEqual({
    payoutRequest: null,
  });
  expect(await bed.refusal(ApprovePayoutRequestDocument, { id: 'no id' }, ADMIN)).toBe('NOT_FOUND');
});

test('payments are listed by clipper, method and day (UTC, both days included)', async () => {
  await newEarnings(bed, 'paid', '40.00');
  const { id } = await request('paid', '40.00');
  await approve(id);
  await complete(id, 'TX-PAID');
  const list = async (variables: object) =>
    (await bed.ask(PaymentsMadeDocument, { first: 100, ...variables }, ADMIN)).payouts;
  const all = await list({});
  expect(all.totalCount).toBe(all.nodes.length);
  const [{ paidAt, clipper } = { paidAt: '', clipper: { id: '' } }] = all.nodes;
  expect(clipper.id).not.toBe('');
  const day = paidAt.slice(0, 10);
  expect((await list({ from: day, to: day })).totalCount).toBe(all.totalCount);
  expect((await list({ to: '2020-01-01' })).nodes).toEqual([]);
  expect((await list({ method: 'CRYPTO' })).totalCount).toBe(0);
  expect((await list({ clipperId: clipper.id })).nodes.every((each) => each.clipper.id === clipper.id)).toBe(true);
  expect((await list({ clipperId: 'no id' })).nodes).toEqual([]);
  expect(await bed.refusal(PaymentsMadeDocument, { from: '2026-02-01', to: '2026-01-01' }, ADMIN)).toBe(
    'BAD_USER_INPUT',
  );
});

test('V4 every decision leaves an audit event of who took it, in its transaction', async () => {
  await newEarnings(bed, 'vera', '80.00');
  const rejected = await request('vera', '40.00');
  await bed.ask(RejectPayoutRequestDocument, { id: rejected.id, note: 'no' }, ADMIN);
  const { id } = await request('vera', '40.00');
  await approve(id);
  await complete(id, 'TX-V4');
  await bed.ask(ReturnPayoutDocument, { id, note: 'Account closed' }, 'admin2');
  const events = (request: string) =>
    bed.database.query<{ action: string; actor: string }>(
      `select e.action, u.subject as actor from audit_event e join "user" u on u.id = e.actor_id where e.subject_id = $1 order by e.id`,
      [request],
    );
  expect(await events(rejected.id)).toEqual([{ action: 'payout-request.rejected', actor: ADMIN }]);
  expect(await events(id)).toEqual([
    { action: 'payout-request.approved', actor: ADMIN },
    { action: 'payout-request.completed', actor: ADMIN },
    { action: 'payout-request.returned', actor: 'admin2' },
  ]);
});

test('payout details are sealed at rest, and in no log, audit text or notification', async () => {
  await newEarnings(bed, 'sly', '40.00');
  const { id } = await request('sly', '40.00');
  await approve(id);
  const stored = await bed.database.query<{ sealed_details: string }>('select sealed_details from payout_request');
  expect(stored.every((row) => row.sealed_details.startsWith('sealed:'))).toBe(true);
  const audit = await bed.database.query('select before, after from audit_event');
  const notes = await bed.database.query('select title, body from notification');
  expect(lines.length).toBeGreaterThan(10);
  for (const text of [JSON.stringify(stored), JSON.stringify(audit), JSON.stringify(notes), lines.join('\n')])
    expect(text.includes('me@example.com')).toBe(false);
});
