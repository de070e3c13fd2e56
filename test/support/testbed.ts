import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { callJob, startQueue, startWorkers } from '../../jobs/runner.js';
import { MetaAdsSource } from '../../src/adinsights/meta-ads-source.js';
import { createApi } from '../../src/api.js';
import { ApifyEmulator } from '../../src/demo/apify-emulator.js';
import { readSettings, type Settings } from '../../src/infra/config.js';
import type { Deps } from '../../src/infra/context.js';
import { waitInLockQueue } from '../../src/infra/database/transaction.js';
import type { RegisteredRoute } from '../../src/infra/http/http-app.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { PubSub } from '../../src/infra/queue/pub-sub.js';
import { JobQueue } from '../../src/infra/queue/queue.js';
import { IdentityProvider } from '../../src/infra/security/identity-provider.js';
import { createAuthenticate, signToken } from '../../src/infra/security/token.js';
import { ApifyViewSource } from '../../src/platform/apify-view-source.js';
import { HttpsLinkResolver } from '../../src/platform/https-link-resolver.js';
import type { LinkResolver } from '../../src/platform/link-resolver.js';
import { TestClock } from './test-clock.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export const TEST_SECRET = 'a secret that only the tests know, long enough';

export interface Answer<R> {
  status: number;
  data: R | null | undefined;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; field?: string; retryAfterSeconds?: number };
  }[];
}

export type Caller = string | null;

/**
 * The whole product on a database of its own, reached as a client reaches it: over HTTP. A test that makes one for itself
 * writes `await using`, so that it ends with the test, also when that fails.
 */
export interface Testbed extends AsyncDisposable {
  address: string;
  /** Every route over HTTP, as registered. */
  routes: readonly RegisteredRoute[];
  database: TestDatabase;
  emulator: ApifyEmulator;
  clock: TestClock;
  deps: Deps;
  queue: JobQueue;
  /** Sends a document as a user (their name is their subject; those in ADMIN_EMAILS are admins) or as nobody. */
  send<R, V>(document: TypedDocumentNode<R, V> | string, variables: V, caller: Caller): Promise<Answer<R>>;
  /** The same, and fails on any error. */
  ask<R, V>(document: TypedDocumentNode<R, V> | string, variables: V, caller: Caller): Promise<R>;
  /** The same, and fails unless it is refused; answers the first error's code. */
  refusal<V>(document: TypedDocumentNode<unknown, V> | string, variables: V, caller: Caller): Promise<string>;
  token(caller: string): Promise<string>;
  /** Stops the API, does what is to be done while it is down, and starts it at the same address. */
  restartApi(whileDown: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const ADMIN = 'admin';

export function testSettings(overrides: Record<string, string> = {}): Settings {
  return readSettings({
    DATABASE_URL: 'postgresql://unused/unused',
    AUTH_JWT_SECRET: TEST_SECRET,
    AUTH_EMAILS_ARE_VERIFIED: 'true',
    ADMIN_EMAILS: `${ADMIN}@example.com,admin2@example.com`,
    TRACKING_BATCH_PAUSE_MS: '0',
    TRACKING_RETRY_DELAY_MS: '10',
    APIFY_START_TIMEOUT_MS: '400',
    APIFY_RUNS_PER_MINUTE: '24000',
    SUBMISSIONS_PER_DAY: '100000',
    RATE_LIMIT_PER_MINUTE: '1000000',
    TRACKING_SCHEDULE: 'off',
    NODE_ENV: 'test',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    ...overrides,
  });
}

export interface TestbedOptions {
  settings?: Record<string, string>;
  /** What the clock shows at first. For tests that depend on the day or month: on the machine's clock they fail on some dates. */
  startAt?: string;
  /** Users' calls wait for locks in PostgreSQL's queue, so that a test can force their order. */
  queueForLocks?: boolean;
  /** False: rounds wait on the queue for a test to do them. */
  workers?: boolean;
  /** Instead of the open internet. */
  linkResolver?: LinkResolver;
  /** Instead of a new database of the migrated template. */
  database?: TestDatabase;
  /** True: the console's page is given tokens of "admin" and "clipper", as with the embedded database. */
  demo?: boolean;
  /** Given every line of the log, at the finest level. */
  onLog?: (line: string) => void;
}

export async function createTestbed(options: TestbedOptions = {}): Promise<Testbed> {
  const settings = testSettings(options.settings);
  const database = options.database ?? (await createTestDatabase());
  const emulator = await ApifyEmulator.start();
  const { onLog } = options;
  const log = onLog ? createLogger('trace', { write: onLog }) : createLogger(settings.LOG_LEVEL);
  const adsSource = settings.META_BASE_URL ? new MetaAdsSource(settings, settings.META_BASE_URL, 5) : null;
  const queue = new JobQueue(database.url, log);
  const clock = new TestClock(options.startAt);
  if (options.queueForLocks) waitInLockQueue(database.orm.em, 110_000);
  const viewSource = new ApifyViewSource(settings, emulator.url);
  const linkResolver = options.linkResolver ?? new HttpsLinkResolver();
  const deps: Deps = { clock, log, queue, settings, viewSource, linkResolver, adsSource };
  await startQueue(queue, deps);
  if (options.workers !== false) await startWorkers(queue, database.orm, deps);
  const pubSub = new PubSub(database.url, log);
  await pubSub.start();
  const provider = settings.signIn && new IdentityProvider(settings.signIn.issuer);
  const token = (caller: string) =>
    signToken(TEST_SECRET, settings, { subject: caller, email: `${caller}@example.com`, name: caller }, clock.now());
  const startApi = () =>
    createApi({
      orm: database.orm,
      deps,
      pubSub,
      authenticate: createAuthenticate(settings, TEST_SECRET, clock, provider),
      provider,
      queueIsHealthy: () => queue.isHealthy(),
      startJob: (name) => callJob(name, database.orm, deps),
      demoToken: options.demo ? token : undefined,
    });
  let api = await startApi();
  const address = await api.listen(0, '127.0.0.1');
  const send: Testbed['send'] = async (document, variables, caller) => {
    const query = typeof document === 'string' ? document : print(document);
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(caller === null ? {} : { authorization: `Bearer ${await token(caller)}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Answer<never>;
    return { status: response.status, data: body.data, errors: body.errors };
  };
  const stop = async () => {
    await api.stop();
    await pubSub.stop();
    await queue.stop(5_000);
    await emulator.stop();
    await database.drop();
  };
  return {
    address,
    routes: api.routes,
    database,
    emulator,
    clock,
    deps,
    queue,
    token,
    send,
    async ask<R, V>(document: TypedDocumentNode<R, V> | string, variables: V, caller: Caller) {
      const { data, errors } = await send(document, variables, caller);
      if (errors || !data) throw new Error(JSON.stringify(errors));
      return data;
    },
    async refusal(document, variables, caller) {
      const { errors, data } = await send(document, variables, caller);
      if (!errors?.[0]) throw new Error(`not refused: ${JSON.stringify(data)}`);
      return errors[0].extensions.code;
    },
    async restartApi(whileDown) {
      await api.stop();
      try {
        await whileDown();
      } finally {
        api = await startApi();
        await api.listen(Number(new URL(address).port), '127.0.0.1');
      }
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
