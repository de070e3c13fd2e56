import fc from 'fast-check';
import {
  ApprovePayoutRequestDocument,
  CancelPayoutRequestDocument,
  CompleteCampaignDocument,
  CompletePayoutRequestDocument,
  PayoutsDocument,
  RejectPayoutRequestDocument,
  RequestPayoutDocument,
  ReturnPayoutDocument,
} from '../../schema/generated/graphql.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
});
afterAll(() => bed.stop());

const input = (amount: string, idempotencyKey?: string) => ({
  input: { amount, method: 'PAYPAL' as const, details: 'me@example.com', idempotencyKey },
});
/** The outcome of each call: "ok", or the code of its refusal. */
const outcomes = async (calls: Promise<{ errors?: { extensions: { code: string } }[] }>[]) =>
  (await Promise.all(calls)).map(({ errors }) => errors?.[0]?.extensions.code ?? 'ok');
const count = (results: string[], wanted: string) => results.filter((result) => result === wanted).length;
const requested = async (caller: string, amount: string) =>
  (await bed.ask(RequestPayoutDocument, input(amount), caller)).requestPayout.id;

test('P1 of 50 requests at once exactly one wins, the others are CONFLICT', async () => {
  await newEarnings(bed, 'fifty', '500.00');
  const results = await outcomes(
    Array.from({ length: 50 }, () => bed.send(RequestPayoutDocument, input('100.00'), 'fifty')),
  );
  expect([count(results, 'ok'), count(results, 'CONFLICT')]).toEqual([1, 49]);
  expect((await bed.ask(PayoutsDocument, {}, 'fifty')).me!.availableBalance).toBe('400.00');
});

test('P4 of 50 calls with one key at once all are answered with the one request', async () => {
  await newEarnings(bed, 'keyed', '50.00');
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => bed.ask(RequestPayoutDocument, input('50.00', 'once'), 'keyed')),
  );
  expect(new Set(answers.map((answer) => answer.requestPayout.id)).size).toBe(1);
});

test('B3 a request while its campaign completes is either covered or refused, never overdrawn', async () => {
  for (const clipper of ['race-1', 'race-2', 'race-3', 'race-4']) {
    const id = await newCampaign(bed);
    await newApprovedClip(bed, id, clipper, [0, 30_000]);
    await track(bed, id);
    const [request, ended] = await outcomes([
      bed.send(RequestPayoutDocument, input('30.00'), clipper),
      bed.send(CompleteCampaignDocument, { id }, ADMIN),
    ]);
    expect(ended).toBe('ok');
    expect(['ok', 'INSUFFICIENT_BALANCE']).toContain(request);
  }
  await expectLawsHold(bed.database);
});

test('P3 paid by ten admins at once with ten ids: one payout, nine times CONFLICT', async () => {
  await newEarnings(bed, 'twice', '50.00');
  const id = await requested('twice', '50.00');
  await bed.ask(ApprovePayoutRequestDocument, { id }, ADMIN);
  const results = await outcomes(
    Array.from({ length: 10 }, (_, index) =>
      bed.send(CompletePayoutRequestDocument, { id, transactionId: `TX-${index}` }, ADMIN),
    ),
  );
  expect([count(results, 'ok'), count(results, 'CONFLICT')]).toEqual([1, 9]);
  expect(await bed.database.query('select 1 from payout where request_id = $1', [id])).toHaveLength(1);
});

test('P3 two requests paid at once with one id: one payout, the other CONFLICT', async () => {
  const ids: string[] = [];
  for (const clipper of ['same-1', 'same-2']) {
    await newEarnings(bed, clipper, '50.00');
    const id = await requested(clipper, '50.00');
    await bed.ask(ApprovePayoutRequestDocument, { id }, ADMIN);
    ids.push(id);
  }
  const results = await outcomes(
    ids.map((id) => bed.send(CompletePayoutRequestDocument, { id, transactionId: 'TX-SAME' }, ADMIN)),
  );
  expect(results.toSorted()).toEqual(['CONFLICT', 'ok']);
});

test('P2 paid and rejected at once, cancelled and approved at once: exactly one wins', async () => {
  await newEarnings(bed, 'torn', '1000.00');
  for (let index = 0; index < 5; index += 1) {
    const id = await requested('torn', '20.00');
    const first = await outcomes([
      bed.send(CancelPayoutRequestDocument, { id }, 'torn'),
      bed.send(ApprovePayoutRequestDocument, { id }, ADMIN),
    ]);
    expect(first.toSorted()).toEqual(['CONFLICT', 'ok']);
    if (first[1] !== 'ok') continue;
    const second = await outcomes([
      bed.send(CompletePayoutRequestDocument, { id, transactionId: `TX-TORN-${index}` }, ADMIN),
      bed.send(RejectPayoutRequestDocument, { id, note: 'no' }, ADMIN),
    ]);
    expect(second.toSorted()).toEqual(['CONFLICT', 'ok']);
  }
  await expectLawsHold(bed.database);
});

const ACTS = ['request', 'cancel', 'approve', 'reject', 'complete', 'return', 'end'] as const;
const RUNS = Number(process.env.SIMULATION_RUNS ?? 8);

test('B3 P2 no interleaving of requests, decisions and endings makes a balance negative or two sums differ', async () => {
  let history = 0;
  const act = fc.record({
    act: fc.constantFrom(...ACTS),
    clipper: fc.nat(1),
    amount: fc.integer({ min: 15, max: 60 }),
  });
  const step = fc.array(act, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 6 }), async (steps) => {
      history += 1;
      const clippers = [`one-${history}`, `other-${history}`];
      const campaigns: string[] = [];
      for (const views of [40_000, 25_500]) {
        const id = await newCampaign(bed);
        for (const clipper of clippers) await newApprovedClip(bed, id, clipper, [0, views]);
        await track(bed, id);
        campaigns.push(id);
      }
      for (const acts of steps) {
        // Half of what happens at once aims at the same request.
        const newest = await bed.database.query<{ id: string; subject: string }>(
          `select distinct on (r.clipper_id) r.id, u.subject from payout_request r join "user" u on u.id = r.clipper_id where u.subject = any($1) order by r.clipper_id, r.id desc`,
          [clippers],
        );
        await Promise.all(
          acts.map(({ act: what, clipper, amount }, index) => {
            const caller = clippers[clipper] ?? '';
            const id = newest.find((each) => each.subject === caller)?.id ?? 'none';
            const transactionId = `TX-${history}-${index}-${amount}`;
            if (what === 'request') return bed.send(RequestPayoutDocument, input(`${amount}.00`), caller);
            if (what === 'cancel') return bed.send(CancelPayoutRequestDocument, { id }, caller);
            if (what === 'approve') return bed.send(ApprovePayoutRequestDocument, { id }, ADMIN);
            if (what === 'reject') return bed.send(RejectPayoutRequestDocument, { id, note: 'no' }, ADMIN);
            if (what === 'complete') return bed.send(CompletePayoutRequestDocument, { id, transactionId }, ADMIN);
            if (what === 'return') return bed.send(ReturnPayoutDocument, { id, note: 'back' }, ADMIN);
            return bed.send(CompleteCampaignDocument, { id: campaigns[clipper] ?? '' }, ADMIN);
          }),
        );
        await expectLawsHold(bed.database);
      }
    }),
    { numRuns: RUNS, seed: process.env.SIMULATION_SEED ? Number(process.env.SIMULATION_SEED) : undefined },
  );
}, 600_000);
