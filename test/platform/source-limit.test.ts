import fc from 'fast-check';
import { Platform } from '../../src/platform/platform.js';
import { admitRun, jittered } from '../../src/platform/source-limit.service.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/testbed.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const deps = (perMinute: number) => ({
  clock: new TestClock('2026-11-20T08:00:00Z'),
  settings: { ...testSettings(), APIFY_RUNS_PER_MINUTE: perMinute },
});
const admit = (platform: Platform, perMinute: number, limitMs: number) =>
  admitRun(database.orm.em.fork(), deps(perMinute), { platform, readings: 10, limitMs });

test('all instances together start no more runs than the bucket holds and refills', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => admit(Platform.TIKTOK, 1, 0)));
  expect(answers.filter(Boolean)).toHaveLength(5);
  expect(await admit(Platform.YOUTUBE, 1, 0)).toBe(true);
});

test('who has to wait gets a turn when the bucket refills', async () => {
  const answers = await Promise.all(Array.from({ length: 9 }, () => admit(Platform.INSTAGRAM, 600, 5_000)));
  expect(answers.every(Boolean)).toBe(true);
});

test('T15 what was admitted is counted for the month, what was not is not', async () => {
  const own = await createTestDatabase();
  try {
    const ask = (platform: Platform) => admitRun(own.orm.em.fork(), deps(1), { platform, readings: 10, limitMs: 0 });
    await Promise.all([...Array.from({ length: 12 }, () => ask(Platform.TIKTOK)), ask(Platform.YOUTUBE)]);
    const rows = await own.query('select platform, readings::int, runs::int from source_usage order by platform');
    expect(rows).toEqual([
      { platform: 'TIKTOK', readings: 50, runs: 5 },
      { platform: 'YOUTUBE', readings: 10, runs: 1 },
    ]);
  } finally {
    await own.drop();
  }
});

describe('S4 baseline reads take at most half of a source’s rate', () => {
  const admitBaseline = (platform: Platform, perMinute: number, limitMs = 0) =>
    admitRun(database.orm.em.fork(), deps(perMinute), { platform, readings: 1, limitMs, purpose: 'BASELINE' });
  const admitted = async (count: number, admitOne: () => Promise<boolean>) =>
    (await Promise.all(Array.from({ length: count }, admitOne))).filter(Boolean).length;
  const refill = (platform: Platform, seconds: number) =>
    database.query(
      `insert into source_bucket (platform, tokens, filled_at, baseline_tokens, baseline_filled_at)
       values ($1, 0, clock_timestamp() - make_interval(secs => $2), 0, clock_timestamp() - make_interval(secs => $2))
       on conflict (platform) do update set tokens = 0, filled_at = excluded.filled_at, baseline_tokens = 0, baseline_filled_at = excluded.baseline_filled_at`,
      [platform, seconds],
    );

  test('when they come first, tracking has the rest', async () => {
    await refill(Platform.YOUTUBE, 4 * 60);
    expect(await admitted(12, () => admitBaseline(Platform.YOUTUBE, 1))).toBe(2);
    expect(await admitted(12, () => admit(Platform.YOUTUBE, 1, 0))).toBe(2);
  });

  test('when tracking comes first, it may take all there is', async () => {
    await refill(Platform.YOUTUBE, 4 * 60);
    expect(await admitted(12, () => admit(Platform.YOUTUBE, 1, 0))).toBe(4);
    expect(await admitted(12, () => admitBaseline(Platform.YOUTUBE, 1))).toBe(0);
  });

  test('a read that finds no token of its own leaves the source’s alone', async () => {
    await refill(Platform.YOUTUBE, 60);
    expect(await admitted(3, () => admitBaseline(Platform.YOUTUBE, 1))).toBe(0);
    expect(await admitted(3, () => admit(Platform.YOUTUBE, 1, 0))).toBe(1);
  });

  test('who has to wait gets a turn', async () => {
    await refill(Platform.YOUTUBE, 0);
    expect(await admitted(4, () => admitBaseline(Platform.YOUTUBE, 600, 60_000))).toBe(4);
  });

  test('a bucket written by version 0.1.0 is full for them', async () => {
    await database.query('delete from source_bucket where platform = $1', [Platform.YOUTUBE]);
    await database.query('insert into source_bucket (platform, tokens, filled_at) values ($1, 5, clock_timestamp())', [
      Platform.YOUTUBE,
    ]);
    expect(await admitted(12, () => admitBaseline(Platform.YOUTUBE, 1))).toBe(2);
  });
});

test('S4 those who wait are spread: each waits at least its time, at most twice, and never beyond its limit', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (wait, more, chance) => {
        const left = wait + more;
        const waited = jittered(wait, left, chance);
        expect(waited).toBeGreaterThanOrEqual(wait);
        expect(waited).toBeLessThanOrEqual(Math.min(2 * wait, left));
      },
    ),
  );
  expect([jittered(100, 1_000, 0), jittered(100, 1_000, 0.5)]).toEqual([100, 150]);
});
