import type { Fault } from '../../src/demo/apify-emulator.js';
import { expectLawsHold } from '../support/laws.js';
import { newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
});
afterAll(() => bed.stop());

type Item = Record<string, unknown>;
const each = (change: (item: Item, index: number) => unknown) => (items: unknown[]) =>
  items.map((item, index) => change(item as Item, index));

const ALWAYS = 99;
/** Every fault of the source, and how many of the five clips have a count in the round that it strikes. */
const FAULTS: [name: string, faults: Fault[], read: number][] = [
  ['too many requests, once', [{ on: 'start', times: 1, status: 429, type: 'rate-limit-exceeded' }], 5],
  ['too many requests, always', [{ on: 'start', times: ALWAYS, status: 429, type: 'rate-limit-exceeded' }], 0],
  ['a server error at the start, once', [{ on: 'start', times: 1, status: 503 }], 5],
  ['a reset before the start', [{ on: 'start', times: 1, drop: 'before' }], 5],
  ['a reset after the start: the run is found, not bought again', [{ on: 'start', times: 1, drop: 'after' }], 5],
  ['a server error while waiting', [{ on: 'run', times: 2, status: 500 }], 5],
  ['a slow answer', [{ on: 'items', times: 1, delayMs: 1_500 }], 5],
  ['a refused key', [{ on: 'start', times: ALWAYS, status: 401, type: 'user-or-token-not-found' }], 0],
  ['a run that fails, once', [{ on: 'start', times: 1, runStatus: 'FAILED', items: () => [] }], 5],
  [
    'a run that times out with part of its items',
    [{ on: 'start', times: 1, runStatus: 'TIMED-OUT', items: (items) => items.slice(0, 2) }],
    5,
  ],
  [
    'runs that always time out with part of their items',
    [{ on: 'start', times: ALWAYS, runStatus: 'TIMED-OUT', items: (items) => items.slice(0, 1) }],
    3,
  ],
  ['broken JSON, once', [{ on: 'items', times: 1, status: 200, body: '[{"id": "7' }], 5],
  ['a page instead of JSON', [{ on: 'items', times: 1, status: 502, body: '<html>Bad gateway</html>' }], 5],
  ['an answer that is not a list', [{ on: 'items', times: ALWAYS, status: 200, body: '{"data": 1}' }], 0],
  [
    'counts as texts',
    [{ on: 'items', times: ALWAYS, items: each((item) => ({ ...item, playCount: String(item.playCount) })) }],
    0,
  ],
  [
    '"1.2K"',
    [
      {
        on: 'items',
        times: ALWAYS,
        items: each((item, index) => (index === 0 ? { ...item, playCount: '1.2K' } : item)),
      },
    ],
    4,
  ],
  [
    'null, negative, too large and fractional counts',
    [
      {
        on: 'items',
        times: ALWAYS,
        items: each((item, index) => ({ ...item, playCount: [null, -5, 2 ** 60, 1.5, item.playCount][index] })),
      },
    ],
    1,
  ],
  ['items missing', [{ on: 'items', times: ALWAYS, items: (items) => items.slice(1) }], 4],
  [
    'items twice, out of order, and a stranger’s',
    [
      {
        on: 'items',
        times: ALWAYS,
        items: (items) => [...items.toReversed(), { id: '7000000000000000042', playCount: 999_999_999 }, ...items],
      },
    ],
    5,
  ],
  [
    'another clip’s id on every item',
    [{ on: 'items', times: ALWAYS, items: each((item) => ({ ...item, id: '7000000000000000042' })) }],
    0,
  ],
  [
    'only error items',
    [
      {
        on: 'items',
        times: ALWAYS,
        items: each((item) => ({ url: item.webVideoUrl, error: 'POST_NOT_FOUND_OR_PRIVATE' })),
      },
    ],
    0,
  ],
];

test.each(FAULTS)(
  'T4 T5 T6 under %s: nothing becomes 0, others go on, and the next clean round brings every clip to what an undisturbed one gives',
  async (_name, faults, read) => {
    const id = await newCampaign(bed, { budget: '1000.00' });
    for (let index = 0; index < 5; index += 1) await newApprovedClip(bed, id, 'clipper', [500, 10_000 + index]);
    bed.emulator.faults.push(...faults);
    const run = await track(bed, id);
    bed.emulator.faults.length = 0;
    expect([run.clipsRead, run.clipsSucceeded]).toEqual([5, read]);
    expect(run.rounds[0]?.status).toBe(5 - read >= 2 && (5 - read) * 3 > 5 ? 'ABANDONED' : 'SETTLED');
    expect(
      await bed.database.query(
        "select 1 from view_tracking where views = 0 or (outcome <> 'VALUE' and views is not null)",
      ),
    ).toEqual([]);
    await expectLawsHold(bed.database);
    await track(bed, id);
    const earned = await bed.database.query<{ earnings: string }>(
      'select earnings from clip where campaign_id = $1 order by id',
      [id],
    );
    expect(earned.map((row) => row.earnings)).toEqual([0, 1, 2, 3, 4].map((index) => String((9_500 + index) * 1_000)));
    await expectLawsHold(bed.database);
  },
);

test('T4 T5 one platform that is down does not keep another from being read', async () => {
  const id = await newCampaign(bed, { platforms: ['TIKTOK', 'YOUTUBE'], budget: '1000.00' });
  await newApprovedClip(bed, id, 'clipper', [0, 1_000]);
  bed.emulator.views.script('YOUTUBE' as never, 'abcdefghijk', [0, 2_000]);
  const { submitClip } = await bed.ask<{ submitClip: { id: string } }, object>(
    `mutation { submitClip(input: { campaignId: "${id}", url: "https://youtu.be/abcdefghijk" }) { id } }`,
    {},
    'clipper',
  );
  await bed.ask(`mutation { approveSubmission(id: "${submitClip.id}") { id } }`, {}, 'admin');
  bed.emulator.faults.push({ on: 'start', platform: 'TIKTOK' as never, times: 99, status: 500 });
  const run = await track(bed, id);
  bed.emulator.faults.length = 0;
  expect(run).toMatchObject({ clipsSucceeded: 1, clipsFailed: 1, earningsAdded: '2.00' });
});

test('T6 a round that would fill the budget waits for the clip that cannot be read, three times, then settles', async () => {
  const id = await newCampaign(bed, { budget: '1.00' });
  await newApprovedClip(bed, id, 'clipper', [0, 9_000]);
  await newApprovedClip(bed, id, 'clipper', [0, null]);
  const statuses = [];
  for (let round = 0; round < 4; round += 1) statuses.push((await track(bed, id)).rounds[0]?.status);
  expect(statuses).toEqual(['ABANDONED', 'ABANDONED', 'ABANDONED', 'SETTLED']);
  expect(await bed.database.query('select status, recorded_spent from campaign where id = $1', [id])).toEqual([
    { status: 'COMPLETED', recorded_spent: '1000000' },
  ]);
  await expectLawsHold(bed.database);
});

test('T6 T7 readings of an abandoned round raise views; the money follows at the next settlement, from the mark reached', async () => {
  const id = await newCampaign(bed);
  const { clipId } = await newApprovedClip(bed, id, 'clipper', [0, 8_000, 5_000]);
  for (let index = 0; index < 2; index += 1) await newApprovedClip(bed, id, 'clipper', [0, null, null, null, 10]);
  expect((await track(bed, id)).rounds[0]?.status).toBe('ABANDONED');
  const clip = async () => (await bed.database.query('select views, earnings from clip where id = $1', [clipId]))[0];
  expect(await clip()).toEqual({ views: '8000', earnings: '0' });
  await expectLawsHold(bed.database);
  expect((await track(bed, id)).rounds[0]?.status).toBe('SETTLED');
  expect(await clip()).toEqual({ views: '8000', earnings: '8000000' });
  const [entry] = await bed.database.query(
    'select e.from_views, e.to_views, v.views as reading from earning_entry e join view_tracking v on v.id = e.reading_id where e.clip_id = $1',
    [clipId],
  );
  expect(entry).toEqual({ from_views: '0', to_views: '8000', reading: '8000' });
  await expectLawsHold(bed.database);
});

test('T7 a count that leaps is SUSPECT, pays nothing, and pays when a second reading says the same', async () => {
  await using strict = await createTestbed();
  const id = await newCampaign(strict, { budget: '1000.00' });
  await newApprovedClip(strict, id, 'clipper', [100, 60_000, 59_000]);
  await newApprovedClip(strict, id, 'clipper', [100, 60_000, 100]);
  await newApprovedClip(strict, id, 'clipper', [100, 200]);
  await newApprovedClip(strict, id, 'clipper', [100, 200]);
  await newApprovedClip(strict, id, 'clipper', [100, 200]);
  await newApprovedClip(strict, id, 'clipper', [100, 200]);
  expect(await track(strict, id)).toMatchObject({ clipsSucceeded: 4, clipsFailed: 2, earningsAdded: '0.40' });
  expect((await track(strict, id)).earningsAdded).toBe('58.90');
  const outcomes = await strict.database.query<{ outcomes: string }>(
    "select string_agg(v.outcome, ' ' order by v.id) as outcomes from view_tracking v join clip k on k.id = v.clip_id group by k.id order by k.id limit 2",
  );
  expect(outcomes.map((row) => row.outcomes)).toEqual(['SUSPECT VALUE', 'SUSPECT VALUE']);
  await expectLawsHold(strict.database);
});
