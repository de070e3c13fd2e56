import { ApifyEmulator, type Fault } from '../../src/demo/apify-emulator.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { ApifyViewSource } from '../../src/platform/apify-view-source.js';
import { reduceLink, type Video } from '../../src/platform/link.rules.js';
import { Platform } from '../../src/platform/platform.js';
import { readNow } from '../../src/platform/read-now.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/testbed.js';

const settings = testSettings({ APIFY_API_KEY: 'apify_api_secret' });
const RUN_LIMIT_MS = 60_000;
const VIDEOS = ['1', '2', '3'].map(
  (each) => reduceLink(`https://www.tiktok.com/@u/video/755555555555555555${each}`) as Video,
);
const [FIRST] = VIDEOS as [Video];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let emulator: ApifyEmulator;
let source: ApifyViewSource;
beforeEach(async () => {
  emulator = await ApifyEmulator.start();
  source = new ApifyViewSource(settings, emulator.url);
  for (const video of VIDEOS) emulator.views.script(Platform.TIKTOK, video.videoId, [1_000, 2_000]);
});
afterEach(() => emulator.stop());

const fault = (over: Omit<Fault, 'times'> & { times?: number }) => emulator.faults.push({ times: 1, ...over });
const start = () => source.start(Platform.TIKTOK, VIDEOS, 60_000);
const collect = async (runId: string, waitMs = 5_000) =>
  (await source.collect(Platform.TIKTOK, runId, VIDEOS, waitMs)).observations;
const now = () =>
  readNow(
    database.orm.em.fork(),
    { viewSource: source, settings, log: createLogger('silent'), clock: new TestClock() },
    FIRST,
    { limitMs: 5_000 },
  );

test('T3 one run reads many links of one platform', async () => {
  const observations = await collect(await start());
  expect([...observations.values()]).toEqual(VIDEOS.map(() => ({ kind: 'VALUE', views: 1_000n })));
  expect(emulator.runs).toHaveLength(1);
});

test.each([
  ['a refused key', { status: 401, type: 'user-or-token-not-found' }, 'REFUSED'],
  ['no usage left', { status: 402, type: 'not-enough-usage-to-run-paid-actor' }, 'REFUSED'],
  ['the memory limit, as 402', { status: 402, type: 'actor-memory-limit-exceeded' }, 'BUSY'],
  ['the run limit, as 400', { status: 400, type: 'concurrent-runs-limit-exceeded' }, 'BUSY'],
  ['too many requests', { status: 429, type: 'rate-limit-exceeded' }, 'BUSY'],
  ['a server error', { status: 503, type: 'internal-server-error' }, 'LOST'],
  ['a time-out of a proxy', { status: 408, type: 'request-timeout' }, 'LOST'],
  ['a page that is not JSON', { status: 502, body: '<html>' }, 'LOST'],
  ['a cut connection', { drop: 'before' as const }, 'LOST'],
])('starting with %s fails as it should, and is not tried again by the client', async (_name, over, failure) => {
  fault({ on: 'start', ...over, times: 5 });
  await expect(start()).rejects.toMatchObject({ name: 'SourceError', failure });
  expect(emulator.faults[0]?.times).toBe(4);
});

test('T12 a run whose start reply was lost is found again, and not paid twice', async () => {
  const since = new Date();
  fault({ on: 'start', drop: 'after' });
  await expect(start()).rejects.toMatchObject({ failure: 'LOST' });
  const found = await source.findStarted(Platform.TIKTOK, VIDEOS, since, []);
  expect(found).toBe(emulator.runs[0]?.id);
  expect(await source.findStarted(Platform.TIKTOK, VIDEOS.slice(1), since, [])).toBeNull();
  expect(await source.findStarted(Platform.TIKTOK, VIDEOS, since, [found ?? ''])).toBeNull();
  await expect(now()).resolves.toMatchObject({ kind: 'VALUE' });
});

test('T12 a source that cannot be reached has started nothing', async () => {
  await emulator.stop();
  await expect(start()).rejects.toMatchObject({ failure: 'BUSY' });
});

test('T12 a start leaves within its limit or never: a process that was frozen buys nothing when it wakes', async () => {
  const late = startWithin(0);
  // The limit passes before a request of this process can be written.
  const frozenUntil = performance.now() + 50;
  while (performance.now() < frozenUntil);
  await expect(late).rejects.toMatchObject({ failure: 'BUSY' });
  expect(emulator.runs).toHaveLength(0);
  await startWithin(5_000);
  expect(emulator.runs).toHaveLength(1);
});
const startWithin = (sendLimitMs: number) => source.start(Platform.TIKTOK, VIDEOS, RUN_LIMIT_MS, sendLimitMs);

test.each(['FAILED', 'TIMED-OUT', 'ABORTED'])(
  'T4 a run that ends as %s with part of its items: what it has counts, the rest is MISSING',
  async (runStatus) => {
    fault({ on: 'start', runStatus, items: (items) => items.slice(0, 1) });
    const observations = [...(await collect(await start())).values()];
    expect(observations.map((each) => each.kind)).toEqual(['VALUE', 'MISSING', 'MISSING']);
    expect(observations[1]).toMatchObject({ reason: `the run ended as ${runStatus}` });
  },
);

test('a run that does not end is left after the time given', async () => {
  const slow = await ApifyEmulator.start({ runMs: 60_000 });
  const from = new ApifyViewSource(settings, slow.url);
  const runId = await from.start(Platform.TIKTOK, VIDEOS, 60_000);
  const { observations } = await from.collect(Platform.TIKTOK, runId, VIDEOS, 300);
  expect([...observations.values()].every((each) => each.kind === 'VALUE')).toBe(true);
  expect(slow.runs[0]?.finalStatus).toBe('ABORTED');
  await slow.stop();
});

test('a run that the source has forgotten makes its clips MISSING', async () => {
  expect([...(await collect('unknown', 200)).values()].map((each) => each.kind)).toEqual([
    'MISSING',
    'MISSING',
    'MISSING',
  ]);
});

test.each([
  ['a server error', { status: 500 }],
  ['broken JSON', { status: 200, body: '[{"id":' }],
  ['a cut connection', { drop: 'before' as const }],
  ['too many requests', { status: 429, type: 'rate-limit-exceeded' }],
])('reading items is tried again after %s', async (_name, over) => {
  const runId = await start();
  fault({ on: 'items', ...over });
  expect([...(await collect(runId)).values()].map((each) => each.kind)).toEqual(['VALUE', 'VALUE', 'VALUE']);
});

test('S4 a clip is read again when the source had no answer, and unknown stays unknown', async () => {
  emulator.views.script(Platform.TIKTOK, FIRST.videoId, [null, 7]);
  await expect(now()).resolves.toEqual({ kind: 'VALUE', views: 7n });
  emulator.views.script(Platform.TIKTOK, FIRST.videoId, [null]);
  await expect(now()).resolves.toMatchObject({ kind: 'MISSING' });
});

test('a refused key is UPSTREAM_UNAVAILABLE at once, and the key is in no error', async () => {
  fault({ on: 'start', status: 401, type: 'user-or-token-not-found', times: 9 });
  const error = await now().catch((each: Error) => each);
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('apify_api_secret');
});

describe('S4 whether a clip that was not read is the source’s failure', () => {
  test('nothing said of it in a whole answer is no failure', async () => {
    emulator.views.script(Platform.TIKTOK, FIRST.videoId, [null]);
    expect((await now()) as object).toEqual({ kind: 'MISSING', reason: expect.any(String) });
  });

  test.each(['FAILED', 'TIMED-OUT', 'ABORTED'])('a run that ended as %s is one', async (runStatus) => {
    fault({ on: 'start', times: 9, runStatus, items: () => [] });
    expect(await now()).toMatchObject({ kind: 'MISSING', failed: true });
  });

  test('a source that is not there is one', async () => {
    fault({ on: 'start', times: 9, status: 503 });
    expect(await now()).toMatchObject({ kind: 'MISSING', failed: true });
  });

  test('what the source once said of the clip counts for more than a failure', async () => {
    emulator.views.script(Platform.TIKTOK, FIRST.videoId, [null]);
    fault({ on: 'start', status: 503 });
    expect((await now()) as object).toEqual({ kind: 'MISSING', reason: expect.any(String) });
  });
});
