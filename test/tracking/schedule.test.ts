import { startSchedule } from '../../jobs/runner.js';
import { SourceUsageDocument } from '../../schema/generated/graphql.js';
import { DatabaseClock } from '../../src/infra/database/database-clock.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { catchUpSchedule, startHttpRun, startScheduledRun } from '../../src/tracking/run.service.js';
import { RunStatus } from '../../src/tracking/tracking.enums.js';
import { TrackingRun } from '../../src/tracking/tracking-run.entity.js';
import { expectLawsHold } from '../support/laws.js';
import { newApprovedClip, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { until } from '../support/until.js';
import { whileHeld } from '../support/while-held.js';

let bed: Testbed;
beforeEach(async () => {
  bed = await createTestbed({
    workers: false,
    queueForLocks: true,
    settings: { CRON_SECRET: 'a secret for the cron' },
    startAt: '2026-11-20T09:00:00Z',
  });
});
afterEach(() => bed.stop());

const em = () => bed.database.orm.em.fork();
const slot = (minute: number) => new Date(Date.UTC(2026, 10, 20, 8, minute));
const rounds = () => bed.database.query('select id from tracking_round');
const endRuns = () =>
  em().nativeUpdate(
    TrackingRun,
    { status: RunStatus.RUNNING },
    { status: RunStatus.SUCCEEDED, finishedAt: new Date() },
  );

test('T13 eight instances that tick together make one run for the slot', async () => {
  await newApprovedClip(bed, await newCampaign(bed), 'clipper', [0, 1]);
  const runs = await Promise.all(Array.from({ length: 8 }, () => startScheduledRun(em(), bed.deps, slot(0))));
  expect(runs.filter(Boolean)).toHaveLength(1);
  expect(await rounds()).toHaveLength(1);
  expect(await startScheduledRun(em(), bed.deps, slot(0))).toBeNull();
});

test('T13 a slot is taken for version 0.1.0 as well, and one that it has decided is not decided again', async () => {
  await startScheduledRun(em(), bed.deps, slot(0));
  expect(await bed.database.query('select slot from job_slot where job = $1', ['view-tracking'])).toEqual(
    await bed.database.query('select slot from tracking_slot'),
  );
  await endRuns();
  const earlier = slot(-5);
  await bed.database.query('insert into tracking_slot (slot, decided_at) values ($1, now())', [earlier]);
  expect(await startScheduledRun(em(), bed.deps, earlier)).toBeNull();
  await bed.database.query("delete from job_slot where job = 'view-tracking'");
  expect(await catchUpSchedule(em(), bed.deps, slot(0))).toBeNull();
});

test('T13 a tick over a run that is still going starts nothing, and is decided once', async () => {
  await newApprovedClip(bed, await newCampaign(bed), 'clipper', [0, 1]);
  await startScheduledRun(em(), bed.deps, slot(0));
  expect(await Promise.all([1, 2, 3].map(() => startScheduledRun(em(), bed.deps, slot(5))))).toEqual([
    null,
    null,
    null,
  ]);
  expect(await bed.database.query('select run_id is null as skipped from tracking_slot order by slot')).toEqual([
    { skipped: false },
    { skipped: true },
  ]);
  await endRuns();
  expect(await startScheduledRun(em(), bed.deps, slot(5))).toBeNull();
  expect(await startScheduledRun(em(), bed.deps, slot(10))).not.toBeNull();
});

test('T13 slots that passed while nothing ran are made up by one run; a first start makes none', async () => {
  expect(await catchUpSchedule(em(), bed.deps, slot(0))).toBeNull();
  await startScheduledRun(em(), bed.deps, slot(0));
  await endRuns();
  expect(await catchUpSchedule(em(), bed.deps, slot(0))).toBeNull();
  const made = await Promise.all([1, 2, 3].map(() => catchUpSchedule(em(), bed.deps, slot(30))));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await bed.database.query('select slot from tracking_slot')).toHaveLength(2);
});

test('T13 the schedule of several processes, ticking every second: one run or one skip per slot', async () => {
  await newApprovedClip(bed, await newCampaign(bed), 'clipper', [0, 1]);
  const settings = { ...bed.deps.settings, TRACKING_SCHEDULE: '* * * * * *' };
  const schedules = await Promise.all(
    [0, 600_000, -600_000].map(async (wrongMs) => {
      const clock = new DatabaseClock(bed.database.orm, createLogger('silent'), () => Date.now() + wrongMs);
      await clock.start();
      return { clock, schedule: await startSchedule(bed.database.orm, { ...bed.deps, settings, clock }) };
    }),
  );
  const taken = () =>
    bed.database.query<{ slot: Date; run_id: string | null }>('select slot, run_id from tracking_slot order by slot');
  await until('four slots are taken', async () => (await taken()).length >= 4);
  for (const { clock, schedule } of schedules) {
    await schedule.stop();
    clock.stop();
  }
  const slots = await taken();
  // The first run's round is never done here, so every later slot is a skip.
  expect(slots.filter((each) => each.run_id)).toHaveLength(1);
  // No slot is one that a clock that is 10 minutes off would take.
  expect(slots.every((each) => Math.abs(each.slot.getTime() - Date.now()) < 300_000)).toBe(true);
});

test('a run planned by HTTP: closed without the secret, one at a time, 202 with the run', async () => {
  await newApprovedClip(bed, await newCampaign(bed), 'clipper', [0, 1]);
  const call = (path: string, authorization?: string, method = 'POST') =>
    fetch(`${bed.address}${path}`, { method, headers: authorization ? { authorization } : {} });
  expect((await call('/cron/view-tracking')).status).toBe(401);
  expect((await call('/cron/view-tracking', 'Bearer wrong')).status).toBe(401);
  expect((await call('/cron/nothing', 'Bearer a secret for the cron')).status).toBe(404);
  const first = await call('/cron/view-tracking', 'Bearer a secret for the cron');
  const second = await call('/cron/view-tracking', 'Bearer a secret for the cron', 'GET');
  expect([first.status, second.status]).toEqual([202, 202]);
  const body = await first.json();
  expect(body).toEqual({ runId: expect.any(String) });
  expect(await second.json()).toEqual(body);
  expect((await call('/cron/campaign-dates', 'Bearer a secret for the cron')).status).toBe(202);
  await using closed = await createTestbed({ workers: false });
  expect(
    (await fetch(`${closed.address}/cron/view-tracking`, { headers: { authorization: 'Bearer undefined' } })).status,
  ).toBe(404);
});

test('T1 T2 a plan takes whole campaigns within the allowance, and a manual run and a plan never take one campaign twice', async () => {
  const ids = [];
  for (let index = 0; index < 3; index += 1) {
    const id = await newCampaign(bed);
    for (let clip = 0; clip < 2; clip += 1) await newApprovedClip(bed, id, 'clipper', [0, 1]);
    ids.push(id);
  }
  const deps = { ...bed.deps, settings: { ...bed.deps.settings, TRACKING_MAX_CLIPS_PER_RUN: 5 } };
  await Promise.all([
    startHttpRun(em(), deps),
    startScheduledRun(em(), deps, slot(0)),
    ...ids.map((id) => bed.ask(`mutation { startTrackingRun(campaignId: "${id}") { id } }`, {}, 'admin')),
  ]);
  expect(await rounds()).toHaveLength(3);
  expect(await bed.database.query('select clips_planned from tracking_round')).toEqual([
    { clips_planned: 2 },
    { clips_planned: 2 },
    { clips_planned: 2 },
  ]);
});

test('T15 the month’s allowance bounds a plan, is counted with retries, and begins anew with the month', async () => {
  const id = await newCampaign(bed);
  for (let clip = 0; clip < 3; clip += 1) await newApprovedClip(bed, id, 'clipper', [0, 1]);
  const used = async () =>
    (await bed.database.query<{ readings: string }>('select sum(readings) as readings from source_usage'))[0]?.readings;
  expect(await used()).toBe('3');
  const { sourceUsage } = await bed.ask(SourceUsageDocument, {}, 'admin');
  expect(sourceUsage).toMatchObject({ readings: 3, runs: 3, allowance: null });
  expect(await bed.refusal(SourceUsageDocument, {}, 'clipper')).toBe('FORBIDDEN');
  const limited = (monthly: bigint) => ({
    ...bed.deps,
    settings: { ...bed.deps.settings, APIFY_MONTHLY_READINGS: monthly },
  });
  await startScheduledRun(em(), limited(3n), slot(0));
  expect(await rounds()).toHaveLength(0);
  bed.clock.advance(40 * 24 * 3_600_000);
  await startScheduledRun(em(), limited(3n), slot(5));
  expect(await rounds()).toHaveLength(1);
  await expectLawsHold(bed.database);
});

test('L1 C1 a plan waits for whoever changes a campaign, and plans nothing for one that is paused meanwhile', async () => {
  const id = await newCampaign(bed);
  await newApprovedClip(bed, id, 'clipper', [0, 1]);
  const run = await whileHeld(bed.database, "update campaign set status = 'PAUSED' where id = $1", [id], () =>
    startScheduledRun(em(), bed.deps, slot(0)),
  );
  expect(run?.status).toBe('SUCCEEDED');
  expect(await rounds()).toEqual([]);
});
