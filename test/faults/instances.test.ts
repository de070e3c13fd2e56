import { ApifyEmulator } from '../../src/demo/apify-emulator.js';
import { type Instance, startInstance } from '../support/instance.js';
import { expectLawsHold } from '../support/laws.js';
import { newApprovedClip, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { until } from '../support/until.js';

let bed: Testbed;
let instances: Instance[] = [];
beforeEach(async () => {
  bed = await createTestbed({ workers: false });
});
afterEach(async () => {
  for (const instance of instances) await instance.end('SIGKILL');
  instances = [];
  await bed.stop();
});

/** The same emulated source, but one that takes its time. */
async function slowSource(runMs: number): Promise<ApifyEmulator> {
  return ApifyEmulator.start({ runMs, views: bed.emulator.views });
}

const start = async (source: ApifyEmulator, settings?: Record<string, string>) => {
  const instance = await startInstance(bed.database.url, source.url, settings);
  instances.push(instance);
  return instance;
};

const round = async () =>
  (
    await bed.database.query<{ status: string; earnings: string }>(
      'select status, earnings_added as earnings from tracking_round',
    )
  )[0];

test('T12 kill -9 of the instance that works on a round: another takes it up, and buys nothing again', async () => {
  // It answers once the first instance is gone, however long the second one takes to start.
  const source = await slowSource(120_000);
  const campaignId = await newCampaign(bed);
  await newApprovedClip(bed, campaignId, 'clipper', [0, 4_000]);
  const first = await start(source);
  await bed.ask(`mutation { startTrackingRun(campaignId: "${campaignId}") { id } }`, {}, 'admin');
  await until('the source is asked', () => source.runs.length === 1);
  const second = await start(source);
  await first.end('SIGKILL');
  for (const run of source.runs) run.endsAt = 0;
  await until('the round is settled', async () => (await round())?.status === 'SETTLED');
  expect(source.runs).toHaveLength(1);
  expect((await round())?.earnings).toBe('4000000');
  // Its line comes after the commit that was seen, through a pipe.
  await until('the line is logged', () => second.lines.some((line) => line.msg === 'round settled'));
  await expectLawsHold(bed.database);
  await source.stop();
});

test('SIGTERM while a round is read: not ready at once, the round is handed back, the process is gone in under 30 s', async () => {
  const source = await slowSource(60_000);
  const campaignId = await newCampaign(bed);
  await newApprovedClip(bed, campaignId, 'clipper', [0, 4_000]);
  const first = await start(source);
  await bed.ask(`mutation { startTrackingRun(campaignId: "${campaignId}") { id } }`, {}, 'admin');
  await until('the source is asked', () => source.runs.length === 1);
  expect((await fetch(`${first.address}/readyz`)).status).toBe(200);
  expect(await first.end('SIGTERM')).toBeLessThan(30_000);
  expect(first.child.exitCode).toBe(0);
  expect(first.lines.some((line) => line.msg === 'round returned to the queue')).toBe(true);
  for (const run of source.runs) run.endsAt = 0;
  await start(source);
  await until('the round is settled', async () => (await round())?.status === 'SETTLED');
  expect(source.runs).toHaveLength(1);
  await expectLawsHold(bed.database);
  await source.stop();
});

test('T13 two instances on a schedule of every 2 s: one run or one logged skip per tick, each clip read once per run', async () => {
  for (let index = 0; index < 3; index += 1) {
    const campaignId = await newCampaign(bed, { budget: '1000.00' });
    for (let clip = 0; clip < 3; clip += 1)
      await newApprovedClip(bed, campaignId, 'clipper', [0, ...Array.from({ length: 60 }, (_, ask) => 100 * ask)]);
  }
  const source = await slowSource(300);
  const settings = { TRACKING_SCHEDULE: '*/2 * * * * *' };
  const both = await Promise.all([start(source, settings), start(source, settings)]);
  await until('four slots and two runs are taken', async () => {
    const [taken] = await bed.database.query<{ slots: number; runs: number }>(
      'select count(*)::int as slots, count(run_id)::int as runs from tracking_slot',
    );
    return taken && taken.slots >= 4 && taken.runs >= 2;
  });
  await Promise.all(both.map((instance) => instance.end('SIGTERM')));
  const slots = await bed.database.query<{ run_id: string | null }>('select run_id from tracking_slot order by slot');
  const runs = await bed.database.query<{ id: string }>('select id from tracking_run');
  const skips = both.flatMap((instance) =>
    instance.lines.filter((line) => String(line.msg).startsWith('tick skipped')),
  );
  expect(slots.filter((slot) => slot.run_id)).toHaveLength(runs.length);
  expect(slots.filter((slot) => !slot.run_id)).toHaveLength(skips.length);
  const perRun = await bed.database.query(
    'select r.run_id, v.clip_id, count(*) from view_tracking v join tracking_round r on r.id = v.round_id group by 1, 2 having count(*) > 1',
  );
  expect(perRun).toEqual([]);
  await expectLawsHold(bed.database);
  await source.stop();
});
