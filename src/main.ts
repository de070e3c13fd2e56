import 'reflect-metadata';
import { callJob, checkSchedules, startQueue, startSchedule, startWorkers } from '../jobs/runner.js';
import { timetable } from '../jobs/timetable.js';
import { ormOptions } from '../mikro-orm.config.js';
import { MetaAdsSource } from './adinsights/meta-ads-source.js';
import { createApi } from './api.js';
import { ConfigError, readSettings, type Settings } from './infra/config.js';
import type { Deps } from './infra/context.js';
import { connectDatabase, DatabaseError, isMigrated, migrate } from './infra/database/database.js';
import { DatabaseClock } from './infra/database/database-clock.js';
import { databaseCode } from './infra/database/transaction.js';
import { startEmbeddedPostgres } from './infra/embedded-postgres/embedded-postgres.js';
import { EmbeddedPostgresError } from './infra/embedded-postgres/postmaster-pid.js';
import { measureBuild } from './infra/observability/build-info.js';
import { createLogger, type Logger } from './infra/observability/logger.js';
import { startTracing } from './infra/observability/tracing.js';
import { PubSub } from './infra/queue/pub-sub.js';
import { JobQueue } from './infra/queue/queue.js';
import { tokenSecret } from './infra/security/local-secret.js';
import { createAuthenticate, signToken } from './infra/security/token.js';
import { ApifyViewSource } from './platform/apify-view-source.js';
import { HttpsLinkResolver } from './platform/https-link-resolver.js';

const META_URL = 'https://graph.facebook.com';
const STOP_LIMIT_MS = 28_000;
const JOBS_STOP_LIMIT_MS = 15_000;

type Stop = () => Promise<unknown> | unknown;

/** The server: everything is put together here, and taken apart in the opposite order. */
async function start(settings: Settings, log: Logger, stops: Stop[]): Promise<void> {
  measureBuild(settings.BUILD);
  checkSchedules(timetable(settings));
  const stopTracing = await startTracing(process.env);
  if (stopTracing) stops.push(stopTracing);
  const secret = tokenSecret(settings);
  const url = settings.DATABASE_URL ?? (await startOwnDatabase(settings, log, stops));
  const orm = await connectDatabase(ormOptions, { url, poolSize: settings.DATABASE_POOL_SIZE, log });
  stops.push(() => orm.close());
  if (settings.MIGRATE_AT_START) await migrate(orm, url);
  else if (!(await isMigrated(orm)))
    throw new ConfigError('Migrations are pending and MIGRATE_AT_START is false: run npm run migrate first.');
  const sourceUrl =
    settings.APIFY_BASE_URL ?? (settings.APIFY_API_KEY ? undefined : await startOwnSource(settings, stops));
  const queue = new JobQueue(url, log);
  const clock = new DatabaseClock(orm, log);
  await clock.start();
  stops.push(() => clock.stop());
  const adsSource = await createAdsSource(settings, stops);
  const viewSource = new ApifyViewSource(settings, sourceUrl);
  const linkResolver = new HttpsLinkResolver();
  const deps: Deps = { clock, log, queue, settings, viewSource, linkResolver, adsSource };
  await startQueue(queue, deps);
  stops.push(() => queue.stop(JOBS_STOP_LIMIT_MS));
  if (settings.DEMO_DATA) {
    const { addSampleData } = await import('./demo/sample-data.js');
    await addSampleData(orm.em, deps);
  }
  const pubSub = new PubSub(url, log);
  await pubSub.start();
  stops.push(() => pubSub.stop());
  const api = await createApi({
    orm,
    deps,
    pubSub,
    authenticate: createAuthenticate(settings, secret, clock),
    queueIsHealthy: () => queue.isHealthy(),
    startJob: (name) => callJob(name, orm, deps),
  });
  await startWorkers(queue, orm, deps);
  const schedule = await startSchedule(orm, deps);
  stops.push(() => schedule.stop());
  const address = await api.listen(settings.PORT, settings.HOST);
  stops.push(() => api.stop());
  log.info({ address }, `listening on ${address}`);
  if (settings.DEMO_DATA && secret) await greet(settings, secret, address);
}

async function startOwnDatabase(settings: Settings, log: Logger, stops: Stop[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({
    directory: settings.DATA_DIR,
    onLog: (line) => log.debug({ source: 'postgres' }, line),
    onRestart: () =>
      log.error({ cause: 'embedded-postgres' }, 'the embedded PostgreSQL ended by itself: started again'),
    onGone: (error) => {
      log.fatal({ err: error, cause: 'embedded-postgres' }, 'the embedded PostgreSQL is gone: this process ends');
      process.exit(1);
    },
  });
  stops.push(() => postgres.stop());
  return postgres.url;
}

async function startOwnSource(settings: Settings, stops: Stop[]): Promise<string> {
  const { startDemoSource } = await import('./demo/demo-source.js');
  const source = await startDemoSource(settings.DATA_DIR);
  stops.push(() => source.stop());
  return source.url;
}

/** The given one; with the embedded database an emulator where none is given; else none. */
async function createAdsSource(settings: Settings, stops: Stop[]): Promise<MetaAdsSource | null> {
  if (settings.META_ACCESS_TOKEN) return new MetaAdsSource(settings, settings.META_BASE_URL ?? META_URL);
  if (!settings.embedded || settings.NODE_ENV === 'production') return null;
  const { DEMO_ADS, startDemoAds } = await import('./demo/demo-ads.js');
  const emulator = await startDemoAds();
  stops.push(() => emulator.stop());
  const demo = { META_ACCESS_TOKEN: DEMO_ADS.token, META_AD_ACCOUNT_IDS: [DEMO_ADS.accountId] };
  return new MetaAdsSource({ ...settings, ...demo }, emulator.url);
}

async function greet(settings: Settings, secret: string, address: string): Promise<void> {
  const { DEMO_ADMIN, DEMO_CLIPPER } = await import('./demo/sample-data.js');
  const page = settings.PLAYGROUND ? `\n  Playground       ${address}/graphql` : '';
  process.stdout.write(`
  Clipledger       ${address}${page}
  Admin's token    ${await signToken(secret, settings, { ...DEMO_ADMIN, name: undefined })}
  Clipper's token  ${await signToken(secret, settings, { ...DEMO_CLIPPER, name: undefined })}

  Send a token as the header  Authorization: Bearer <token>

`);
}

/** Stops everything that was started, the last first; what hangs is left behind when the time is up. */
async function stopAll(stops: Stop[], log: Logger): Promise<void> {
  const timer = setTimeout(() => {
    log.error({ cause: 'stop' }, 'stopping took too long');
    process.exit(1);
  }, STOP_LIMIT_MS);
  for (const stop of stops.splice(0).reverse()) {
    try {
      await stop();
    } catch (error) {
      log.error({ err: error }, 'stopping failed');
    }
  }
  clearTimeout(timer);
}

/** What PostgreSQL says when the connection behind a pooler is another than before. */
const NO_SUCH_PREPARED_STATEMENT = '26000';

function tellWhy(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedPostgresError || error instanceof DatabaseError)
    return error.message;
  if (databaseCode(error) === NO_SUCH_PREPARED_STATEMENT)
    return 'DATABASE_URL leads to a pooler in transaction mode: use its session mode (Supabase: port 5432) or the direct address.';
  return String((error as Error).stack);
}

async function main(): Promise<void> {
  process.env.NO_PROXY ??= '127.0.0.1,localhost';
  const stops: Stop[] = [];
  let log = createLogger('info');
  try {
    const settings = readSettings(process.env);
    log = createLogger(settings.LOG_LEVEL);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'stopping');
        void stopAll(stops, log).then(() => process.exit(0));
      });
    }
    await start(settings, log, stops);
  } catch (error) {
    process.stderr.write(`Clipledger cannot start. ${tellWhy(error)}\n`);
    await stopAll(stops, log);
    process.exit(1);
  }
}

await main();
