import { DatabaseClock, databaseNow } from '../../src/infra/database/database-clock.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { createAuthenticate, signToken } from '../../src/infra/security/token.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { TEST_SECRET, testSettings } from '../support/testbed.js';

const TEN_MINUTES_MS = 600_000;
const CLOSE_MS = 5_000;

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

const databaseTime = async () =>
  (await own.query<{ at: Date }>('select clock_timestamp() as at'))[0]?.at.getTime() ?? 0;

test("a machine's clock that jumps 10 minutes ahead does not move the clock that decides", async () => {
  const clock = new DatabaseClock(own.orm, createLogger('silent'));
  await clock.start();
  const real = Date.now;
  Date.now = () => real() + TEN_MINUTES_MS;
  try {
    expect(Math.abs(clock.now().getTime() - (await databaseTime()))).toBeLessThan(CLOSE_MS);
  } finally {
    Date.now = real;
    clock.stop();
  }
});

test('it counts on by what has passed, and a test can move what the database says', async () => {
  let passedMs = 0;
  const clock = new DatabaseClock(own.orm, createLogger('silent'), () => passedMs);
  await clock.start();
  clock.stop();
  const before = clock.now().getTime();
  passedMs = 1_234;
  expect(clock.now().getTime() - before).toBe(1_234);
  const moved = new TestClock();
  moved.advance(TEN_MINUTES_MS);
  const now = await databaseNow(own.orm.em.fork(), moved);
  expect(now.getTime() - (await databaseTime())).toBeGreaterThan(TEN_MINUTES_MS - CLOSE_MS);
});

test('U1 tokens expire by the given clock, not by that of the machine', async () => {
  const settings = testSettings();
  const clock = new TestClock();
  const authenticate = createAuthenticate(settings, TEST_SECRET, clock);
  const claims = { subject: 'someone', email: 'someone@example.com' };
  const authorization = `Bearer ${await signToken(TEST_SECRET, settings, claims, clock.now())}`;
  expect(await authenticate(authorization)).toMatchObject({ subject: 'someone' });
  const later = new TestClock();
  later.advance(31 * 24 * 3_600_000);
  await expect(createAuthenticate(settings, TEST_SECRET, later)(authorization)).rejects.toThrow('has expired');
});
