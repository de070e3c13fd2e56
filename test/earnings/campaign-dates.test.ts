import {
  CreateCampaignDocument,
  PauseCampaignDocument,
  PublishCampaignDocument,
} from '../../schema/generated/graphql.js';
import { followDates } from '../../src/earnings/ending/campaign-dates.service.js';
import { DAY_MS, HOUR_MS } from '../../src/shared/clock.js';
import { startScheduledRun } from '../../src/tracking/run.service.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeEach(async () => {
  bed = await createTestbed();
});
afterEach(async () => {
  await expectLawsHold(bed.database);
  await bed.stop();
});

const inHours = (hours: number) => new Date(bed.clock.now().getTime() + hours * HOUR_MS).toISOString();
const pass = () => followDates(bed.database.orm.em.fork(), bed.deps);
const standing = async (id: string) =>
  (await bed.database.query('select status, completion_reason as reason from campaign where id = $1', [id]))[0];

test('C1 a SCHEDULED campaign becomes ACTIVE at its start, once, by the schedule', async () => {
  const { createCampaign } = await bed.ask(
    CreateCampaignDocument,
    { input: { title: 'Later', budget: '10.00', cpm: '1.00', platforms: ['TIKTOK'], startsAt: inHours(1) } },
    ADMIN,
  );
  await bed.ask(PublishCampaignDocument, { id: createCampaign.id }, ADMIN);
  await pass();
  expect(await standing(createCampaign.id)).toMatchObject({ status: 'SCHEDULED' });
  bed.clock.advance(HOUR_MS);
  await Promise.all([pass(), pass(), pass()]);
  expect(await standing(createCampaign.id)).toMatchObject({ status: 'ACTIVE' });
  expect(await bed.database.query("select via, actor_id from audit_event where action = 'campaign.start'")).toEqual([
    { via: 'schedule', actor_id: null },
  ]);
});

test('C6 past its deadline the next run reads it for the last time, PAUSED or not and whatever the allowance, and ends it', async () => {
  const id = await newCampaign(bed, { endsAt: inHours(1) });
  await newApprovedClip(bed, id, 'clipper', [0, 1_000, 4_000]);
  await track(bed, id);
  await bed.ask(PauseCampaignDocument, { id }, ADMIN);
  bed.clock.advance(HOUR_MS);
  await pass();
  expect(await standing(id)).toMatchObject({ status: 'PAUSED' });
  const run = await track(bed);
  expect(run).toMatchObject({ earningsAdded: '3.00', campaignsCompleted: 1 });
  expect(await standing(id)).toEqual({ status: 'COMPLETED', reason: 'DEADLINE' });
});

test('C6 past its deadline without a live clip it ends on what has been settled', async () => {
  const id = await newCampaign(bed, { endsAt: inHours(1) });
  bed.clock.advance(HOUR_MS);
  await Promise.all([pass(), pass()]);
  expect(await standing(id)).toEqual({ status: 'COMPLETED', reason: 'DEADLINE' });
  expect(await bed.database.query("select 1 from campaign_event where type = 'ENDED'")).toHaveLength(1);
});

test('C1 C6 T12 T13 a process whose clock is 10 minutes ahead starts, ends and abandons nothing: the database decides', async () => {
  const ahead = { ...bed.deps, clock: { now: () => new Date(Date.now() + 10 * 60_000) } };
  const soon = new Date(bed.clock.now().getTime() + 5 * 60_000);
  const id = await newCampaign(bed, { endsAt: soon.toISOString() });
  const terms = { title: 'Later', budget: '10.00', cpm: '1.00', platforms: ['TIKTOK' as const] };
  const later = await bed.ask(CreateCampaignDocument, { input: { ...terms, startsAt: soon.toISOString() } }, ADMIN);
  await bed.ask(PublishCampaignDocument, { id: later.createCampaign.id }, ADMIN);
  const em = bed.database.orm.em.fork();
  await followDates(em, ahead);
  expect(await standing(id)).toMatchObject({ status: 'ACTIVE' });
  expect(await standing(later.createCampaign.id)).toMatchObject({ status: 'SCHEDULED' });
  expect(await startScheduledRun(em, ahead, soon)).toBeNull();
  expect(await bed.database.query('select 1 from tracking_slot')).toEqual([]);
});

test('C6 when no last round settles within 24 h it ends on what has been settled', async () => {
  const id = await newCampaign(bed, { endsAt: inHours(1) });
  const { clipId } = await newApprovedClip(bed, id, 'clipper', [0, 1_000]);
  await newApprovedClip(bed, id, 'clipper', [0, null]);
  await track(bed, id);
  bed.clock.advance(HOUR_MS + DAY_MS - 60_000);
  await pass();
  expect(await standing(id)).toMatchObject({ status: 'ACTIVE' });
  bed.clock.advance(60_000);
  await pass();
  expect(await standing(id)).toEqual({ status: 'COMPLETED', reason: 'DEADLINE' });
  expect(
    await bed.database.query(
      'select s.final_earnings::int as final from clip_submission s join clip k on k.submission_id = s.id where k.id = $1',
      [clipId],
    ),
  ).toEqual([{ final: 1_000_000 }]);
});

test('T12 a round that nobody finishes is abandoned when its time is up, and the campaign can be tracked again', async () => {
  await using idle = await createTestbed({ workers: false });
  const id = await newCampaign(idle);
  await newApprovedClip(idle, id, 'clipper', [0, 1_000]);
  await idle.ask(`mutation { startTrackingRun(campaignId: "${id}") { id } }`, {}, ADMIN);
  idle.clock.advance(63 * 60_000);
  await followDates(idle.database.orm.em.fork(), idle.deps);
  expect(
    await idle.database.query(
      'select r.status, r.abandon_cause, n.status as run from tracking_round r join tracking_run n on n.id = r.run_id',
    ),
  ).toEqual([{ status: 'ABANDONED', abandon_cause: 'TIME_LIMIT', run: 'SUCCEEDED' }]);
  await idle.ask(`mutation { startTrackingRun(campaignId: "${id}") { id } }`, {}, ADMIN);
  await expectLawsHold(idle.database);
});
