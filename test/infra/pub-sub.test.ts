import { inTransaction } from '../../src/infra/database/transaction.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { PubSub, publish } from '../../src/infra/queue/pub-sub.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
let pubSub: PubSub;
beforeEach(async () => {
  database = await createTestDatabase();
  pubSub = new PubSub(database.url, createLogger('silent'));
  await pubSub.start();
});
afterEach(async () => {
  await pubSub.stop();
  await database.drop();
});

const tell = (id: string) => inTransaction(database.orm.em, (em) => publish(em, { topic: 'news', id }));

test('what is told is heard after the commit, by every subscriber, and nothing of a rollback', async () => {
  const [one, other] = [pubSub.subscribe('news'), pubSub.subscribe('news')];
  await inTransaction(database.orm.em, async (em) => {
    await publish(em, { topic: 'news', id: 'rolled back' });
    throw new Error('no');
  }).catch(() => undefined);
  await tell('committed');
  expect((await one.next()).value).toEqual({ topic: 'news', id: 'committed' });
  expect((await other.next()).value).toEqual({ topic: 'news', id: 'committed' });
});

test('a lost connection is restored, and what is told then is heard', async () => {
  const heard = pubSub.subscribe('news');
  await database.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %' and datname = current_database()",
  );
  const first = heard.next();
  const teller = setInterval(() => void tell('after the loss').catch(() => undefined), 200);
  // First it is told to look again, as news may have been lost.
  expect((await first).value).toEqual({ topic: 'news', id: null });
  expect((await heard.next()).value).toMatchObject({ id: 'after the loss' });
  clearInterval(teller);
});

test('a subscriber that leaves, and one at the stop, end', async () => {
  const leaving = pubSub.subscribe('news');
  const waiting = leaving.next();
  await leaving.return?.();
  expect((await waiting).done).toBe(true);
  const staying = pubSub.subscribe('news').next();
  await pubSub.stop();
  expect((await staying).done).toBe(true);
  pubSub = new PubSub(database.url, createLogger('silent'));
  await pubSub.start();
});
