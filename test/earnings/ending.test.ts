import {
  CompleteCampaignDocument,
  PauseCampaignDocument,
  RevokeSubmissionDocument,
} from '../../schema/generated/graphql.js';
import { failRound } from '../../src/earnings/settlement/fail-round.service.js';
import { workRound } from '../../src/earnings/settlement/round.service.js';
import { settleRound } from '../../src/earnings/settlement/settlement.service.js';
import { addMs, HOUR_MS, MINUTE_MS } from '../../src/shared/clock.js';
import { startRunOfCampaign } from '../../src/tracking/run.service.js';
import { TrackingRound } from '../../src/tracking/tracking-round.entity.js';
import { ADMIN, newApprovedClip, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' }, workers: false });
});
afterAll(() => bed.stop());

const em = () => bed.database.orm.em.fork();
/** Plans a round of a campaign and works on it; at a fixed instant when one is given. */
async function doRound(campaignId: string, at?: Date): Promise<string> {
  const deps = at ? { ...bed.deps, clock: { now: () => at } } : bed.deps;
  const run = await startRunOfCampaign(em(), deps, campaignId);
  const { id } = await em().findOneOrFail(TrackingRound, { runId: run.id });
  await workRound(em(), deps, { roundId: id, signal: new AbortController().signal, lastTry: true });
  return id;
}
const standing = async (id: string) =>
  (await bed.database.query('select status, completion_reason as reason from campaign where id = $1', [id]))[0];

test('C6 V4 the audit event of an end states the age of the last settled round; null when none has settled', async () => {
  const settled = await newCampaign(bed);
  await newApprovedClip(bed, settled, 'clipper', [0, 1_000]);
  const round = await doRound(settled);
  bed.clock.advance(45 * MINUTE_MS);
  await bed.ask(CompleteCampaignDocument, { id: settled }, ADMIN);
  const never = await newCampaign(bed);
  await bed.ask(CompleteCampaignDocument, { id: never }, ADMIN);
  const audited = async (id: string) => {
    const [event] = await bed.database.query<{ after: Record<string, unknown>; at: Date }>(
      "select after::jsonb as after, at from audit_event where action = 'campaign.complete' and subject_id = $1",
      [id],
    );
    return event;
  };
  const event = await audited(settled);
  const { finishedAt } = await em().findOneOrFail(TrackingRound, round);
  const age = Number(event?.at) - Number(finishedAt);
  expect(event?.after).toMatchObject({ status: 'COMPLETED', lastSettledMinutesAgo: Math.floor(age / MINUTE_MS) });
  expect(event?.after.lastSettledMinutesAgo).toBeGreaterThanOrEqual(45);
  expect((await audited(never))?.after).toMatchObject({ status: 'COMPLETED', lastSettledMinutesAgo: null });
});

test.each([
  ['a millisecond before its deadline', -1, { status: 'ACTIVE', reason: null }],
  ['at its deadline', 0, { status: 'COMPLETED', reason: 'DEADLINE' }],
])('C6 a round planned %s ends the campaign or not', async (_when, ms, expected) => {
  const endsAt = addMs(bed.clock.now(), HOUR_MS);
  const id = await newCampaign(bed, { endsAt: endsAt.toISOString() });
  await newApprovedClip(bed, id, 'clipper', [0, 1_000]);
  await doRound(id, addMs(endsAt, ms));
  expect(await standing(id)).toEqual(expected);
});

test('C1 a campaign paused before its deadline still gets its last round at the deadline', async () => {
  const endsAt = addMs(bed.clock.now(), HOUR_MS);
  const id = await newCampaign(bed, { endsAt: endsAt.toISOString() });
  await newApprovedClip(bed, id, 'clipper', [0, 1_000]);
  await bed.ask(PauseCampaignDocument, { id }, ADMIN);
  await doRound(id, endsAt);
  expect(await standing(id)).toEqual({ status: 'COMPLETED', reason: 'DEADLINE' });
});

test('V2 S6 a revocation writes what is spent after it as recordedSpent', async () => {
  const id = await newCampaign(bed);
  const cheat = await newApprovedClip(bed, id, 'cheat', [0, 6_000]);
  await newApprovedClip(bed, id, 'honest', [0, 2_000]);
  await doRound(id);
  const recorded = async () =>
    (await bed.database.query('select recorded_spent as spent from campaign where id = $1', [id]))[0];
  expect(await recorded()).toEqual({ spent: '8000000' });
  await bed.ask(RevokeSubmissionDocument, { id: cheat.submissionId, input: { reason: 'OTHER' } }, ADMIN);
  expect(await recorded()).toEqual({ spent: '2000000' });
});

test('T12 a settled round that is given up afterwards stays settled', async () => {
  const id = await newCampaign(bed);
  await newApprovedClip(bed, id, 'clipper', [0, 1_000]);
  const round = await doRound(id);
  const row = () => bed.database.query('select * from tracking_round where id = $1', [round]);
  const before = await row();
  expect(before).toMatchObject([{ status: 'SETTLED', reason: null }]);
  const [{ epoch } = { epoch: 0 }] = await bed.database.query<{ epoch: number }>(
    'select epoch from tracking_round where id = $1',
    [round],
  );
  await failRound(em(), bed.deps, { roundId: round, epoch }, 'too late');
  expect(await row()).toEqual(before);
  expect(await settleRound(em(), bed.deps, round)).toBeNull();
});
