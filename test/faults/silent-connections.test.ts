import { sql } from 'kysely';
import { ormOptions } from '../../mikro-orm.config.js';
import { connectDatabase, database } from '../../src/infra/database/database.js';
import { inTransaction } from '../../src/infra/database/transaction.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { JobQueue } from '../../src/infra/queue/queue.js';
import { type SilentProxy, startSilentProxy } from '../support/silent-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const LIMIT_MS = 1_500;
const JOB = { concurrency: 1, retries: 1, retryDelaySeconds: 1, expireSeconds: 60 };
const log = createLogger('silent');

let own: TestDatabase;
let proxy: SilentProxy;
beforeEach(async () => {
  own = await createTestDatabase();
  proxy = await startSilentProxy(own.url);
});
afterEach(async () => {
  await proxy.stop();
  await own.drop();
});

test('a queue whose connections have gone silent says that it is not healthy, gives them up and works again', async () => {
  const queue = new JobQueue(proxy.url, log, LIMIT_MS);
  await queue.start({ work: JOB });
  const done: string[] = [];
  let tell: () => void = () => undefined;
  await queue.work<{ name: string }>('work', JOB, async ({ data }) => {
    done.push(data.name);
    tell();
  });
  const doneOnce = () => new Promise<void>((resolve) => (tell = resolve));
  let next = doneOnce();
  await queue.send(own.orm.em.fork(), 'work', { name: 'before' });
  await next;
  expect(await queue.isHealthy()).toBe(true);
  proxy.silence();
  const answers = await Promise.all(Array.from({ length: 4 }, () => queue.isHealthy()));
  expect(answers).toContain(false);
  next = doneOnce();
  await queue.send(own.orm.em.fork(), 'work', { name: 'after' });
  await next;
  expect(await queue.isHealthy()).toBe(true);
  expect(done).toEqual(['before', 'after']);
  await queue.stop(1_000);
});

test('a statement on a connection that has gone silent is given up, and the connection with it', async () => {
  const orm = await connectDatabase(ormOptions, { url: proxy.url, poolSize: 1, log, answerLimitMs: LIMIT_MS });
  const ask = () => sql`select 1 as one`.execute(database(orm.em.fork()));
  await ask();
  proxy.silence();
  await expect(ask()).rejects.toThrow('Query read timeout');
  expect((await ask()).rows).toEqual([{ one: 1 }]);
  await orm.close();
});

test('a transaction that allows its statements more time is waited for as long', async () => {
  const orm = await connectDatabase(ormOptions, { url: proxy.url, poolSize: 1, log, answerLimitMs: 300 });
  const slowly = (limitMs: number) =>
    inTransaction(orm.em, async (em) => {
      await sql`select set_config('statement_timeout', ${String(limitMs)}, true)`.execute(database(em));
      await sql`select pg_sleep(0.8)`.execute(database(em));
    });
  await slowly(2_000);
  await expect(sql`select pg_sleep(0.8)`.execute(database(orm.em.fork()))).rejects.toThrow('Query read timeout');
  await orm.close();
});

test('the server notices a client that has gone silent: each connection sets its limits', async () => {
  for (const [name, value] of [
    ['tcp_user_timeout', '20000'],
    ['tcp_keepalives_idle', '10'],
    ['tcp_keepalives_interval', '5'],
    ['tcp_keepalives_count', '3'],
  ] as const) {
    const { rows } = await sql<Record<string, string>>`show ${sql.raw(name)}`.execute(database(own.orm.em.fork()));
    expect(Object.values(rows[0] ?? {})).toEqual([value]);
  }
});
