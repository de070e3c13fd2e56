import { Platform } from '../../src/platform/platform.js';
import { admitRun } from '../../src/platform/source-limit.service.js';
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
