import { sql } from 'kysely';
import { callJob } from '../../jobs/runner.js';
import {
  DashboardDocument,
  NotificationsDocument,
  RequestPayoutDocument,
  RevokeSubmissionDocument,
} from '../../schema/generated/graphql.js';
import { database } from '../../src/infra/database/database.js';
import { NO_USER_FIGURES, userFigures } from '../../src/payout/user-figures.sql.js';
import { replay } from '../../src/proof/replay.service.js';
import { DAY_MS } from '../../src/shared/clock.js';
import { expectLawsHold } from '../support/laws.js';
import { moveEnd } from '../support/move-end.js';
import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeEach(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000', PAYOUT_HOLD_DAYS: '7' } });
});
afterEach(() => bed.stop());

/** The 1st at 12:00 and the 8th at 12:00, of a month that is over, or of one that nobody sees. */
const DAYS = (year: number) => ({
  endedAt: new Date(`${year}-03-01T12:00:00.000Z`),
  availableAt: new Date(`${year}-03-08T12:00:00.000Z`),
});
const AHEAD = DAYS(2999);
const PASSED = DAYS(2020);

interface Answer {
  campaign: Record<'status' | 'completionReason' | 'spent' | 'completedAt' | 'earningsAvailableAt', string>;
}
const campaign = async (id: string) =>
  (
    await bed.ask<Answer, object>(
      'query ($id: ID!) { campaign(id: $id) { status completionReason spent completedAt earningsAvailableAt } }',
      { id },
      null,
    )
  ).campaign;
const figures = async (caller: string) => {
  const { completedCampaignEarnings, maturingEarnings, nextAvailableAt, availableBalance, payable } = (
    await bed.ask(DashboardDocument, {}, caller)
  ).me!;
  return { completed: completedCampaignEarnings, maturingEarnings, nextAvailableAt, availableBalance, payable };
};
const ask = (amount: string, caller = 'carla') =>
  bed.send(RequestPayoutDocument, { input: { amount, method: 'PAYPAL', details: 'me@example.com' } }, caller);
const revoke = (id: string) => bed.send(RevokeSubmissionDocument, { id, input: { reason: 'FRAUDULENT_VIEWS' } }, ADMIN);
const codeOf = ({ errors }: Awaited<ReturnType<typeof ask>> | Awaited<ReturnType<typeof revoke>>) =>
  errors?.[0]?.extensions.code ?? 'ok';
const announced = async () => {
  await callJob('payout-calculation', bed.database.orm, bed.deps);
  const { me } = await bed.ask(NotificationsDocument, { first: 100 }, 'carla');
  return me!.notifications.nodes.filter(({ type }) => type === 'PAYOUT_READY').length;
};

/** A campaign that fills its budget of 40.00 with two clips of one clipper: 25.00 and 15.00. */
async function filled(): Promise<{ id: string; fraud: string }> {
  const id = await newCampaign(bed, { budget: '40.00' });
  await newApprovedClip(bed, id, 'carla', [0, 25_000]);
  const { submissionId } = await newApprovedClip(bed, id, 'carla', [0, 15_000]);
  await track(bed, id);
  return { id, fraud: submissionId };
}

test('C6 the end fixes when earnings become available: 7 days later, stated by its event and its audit event', async () => {
  const { id } = await filled();
  const { completedAt, earningsAvailableAt } = await campaign(id);
  expect(Date.parse(earningsAvailableAt) - Date.parse(completedAt)).toBe(7 * DAY_MS);
  const stated = await bed.database.query(
    `select v.content ->> 'earningsAvailableAt' as event, a.after::jsonb ->> 'earningsAvailableAt' as audit
     from campaign_event v join audit_event a on a.campaign_event_id = v.id where v.campaign_id = $1 and v.type = 'ENDED'`,
    [id],
  );
  expect(stated).toEqual([{ event: earningsAvailableAt, audit: earningsAvailableAt }]);
  expect(await bed.ask('{ settings { payoutHoldDays } }', {}, null)).toEqual({ settings: { payoutHoldDays: 7 } });
});

test('C6 L1 the end is the instant of the database: a process whose clock is ahead does not end a campaign later than now', async () => {
  bed.clock.advance(30 * DAY_MS);
  const { id } = await filled();
  const [row] = await bed.database.query(
    'select completed_at <= clock_timestamp() as passed from campaign where id = $1',
    [id],
  );
  expect(row).toEqual({ passed: true });
});

test('B3 P6 example 9: 40.00 mature until the 8th at 12:00; from then on they are available, and announced once', async () => {
  const { id } = await filled();
  await moveEnd(bed.database, id, AHEAD);
  expect(await figures('carla')).toEqual({
    completed: '40.00',
    maturingEarnings: '40.00',
    nextAvailableAt: AHEAD.availableAt.toISOString(),
    availableBalance: '0.00',
    payable: '0.00',
  });
  expect(codeOf(await ask('40.00'))).toBe('INSUFFICIENT_BALANCE');
  expect(await announced()).toBe(0);
  await expectLawsHold(bed.database);
  await moveEnd(bed.database, id, PASSED);
  expect(await figures('carla')).toEqual({
    completed: '40.00',
    maturingEarnings: '0.00',
    nextAvailableAt: null,
    availableBalance: '40.00',
    payable: '40.00',
  });
  expect(await announced()).toBe(1);
  expect(await announced()).toBe(1);
  expect(codeOf(await ask('40.00'))).toBe('ok');
  await expectLawsHold(bed.database);
});

test('B3 earnings are available from earningsAvailableAt on, that instant included, and mature a microsecond before', async () => {
  const { id } = await filled();
  await moveEnd(bed.database, id, AHEAD);
  const at = async (ago: string) => {
    const instant = sql`${AHEAD.availableAt}::timestamptz - ${ago}::interval`;
    const figures = userFigures(() => sql<boolean>`true`, instant);
    const { rows } = await figures.execute(database(bed.database.orm.em.fork()));
    const [{ availableBalance, maturingEarnings, nextAvailableAt } = NO_USER_FIGURES] = rows;
    return [availableBalance, maturingEarnings, nextAvailableAt];
  };
  expect(await at('0')).toEqual([40_000_000n, 0n, null]);
  expect(await at('1 microsecond')).toEqual([0n, 40_000_000n, AHEAD.availableAt]);
});

test('S5 S6 example 9: revoked before the 8th, 15.00 are taken back, and the campaign stays as it ended', async () => {
  const { id, fraud } = await filled();
  await moveEnd(bed.database, id, AHEAD);
  expect(codeOf(await revoke(fraud))).toBe('ok');
  expect(await campaign(id)).toMatchObject({ status: 'COMPLETED', completionReason: 'BUDGET_FILLED', spent: '25.00' });
  expect(await figures('carla')).toMatchObject({ completed: '25.00', maturingEarnings: '25.00' });
  const [stored] = await bed.database.query(
    `select s.status, s.revoked, s.final_earnings, k.state, k.earnings::int, c.recorded_spent::int from clip_submission s
     join clip k on k.submission_id = s.id join campaign c on c.id = s.campaign_id where s.id = $1`,
    [fraud],
  );
  expect(stored).toEqual({
    status: 'REJECTED',
    revoked: true,
    final_earnings: null,
    state: 'REVOKED',
    earnings: 0,
    recorded_spent: 25_000_000,
  });
  expect(codeOf(await revoke(fraud))).toBe('CONFLICT');
  await expectLawsHold(bed.database);
  expect(await replay(bed.database.orm.em, null)).toMatchObject({ differences: 0, earnings: 25_000_000n });
  await moveEnd(bed.database, id, PASSED);
  expect(await figures('carla')).toMatchObject({ completed: '25.00', availableBalance: '25.00' });
  await expectLawsHold(bed.database);
});

test('V1.2 V1.3 a shared budget stays explained when a share is revoked after the end, and when all are', async () => {
  const id = await newCampaign(bed, { budget: '10.00' });
  const clips = [];
  for (const clipper of ['ann', 'ben', 'cat']) clips.push(await newApprovedClip(bed, id, clipper, [0, 5_000]));
  await track(bed, id);
  for (const { submissionId } of clips) {
    expect(codeOf(await revoke(submissionId))).toBe('ok');
    await expectLawsHold(bed.database);
  }
  expect(await campaign(id)).toMatchObject({ completionReason: 'BUDGET_FILLED', spent: '0.00' });
  expect(await replay(bed.database.orm.em, null)).toMatchObject({ differences: 0, earnings: 0n });
});

test('S5 once its earnings are available a submission is not revoked any more', async () => {
  const { id, fraud } = await filled();
  await moveEnd(bed.database, id, PASSED);
  const { errors } = await revoke(fraud);
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('until its earnings are available'),
    extensions: { code: 'CONFLICT' },
  });
  expect(await campaign(id)).toMatchObject({ spent: '40.00' });
});

test('P6 each campaign is announced when its earnings become available, not when it ends', async () => {
  const [first, second] = [(await filled()).id, (await filled()).id];
  await moveEnd(bed.database, first, PASSED);
  await moveEnd(bed.database, second, AHEAD);
  expect(await figures('carla')).toMatchObject({ completed: '80.00', maturingEarnings: '40.00', payable: '40.00' });
  expect(await announced()).toBe(1);
  await moveEnd(bed.database, second, PASSED);
  expect(await announced()).toBe(2);
});
