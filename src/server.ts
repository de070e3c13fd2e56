import path from 'node:path';
import { callJob, checkSchedules, startQueue, startSchedule, startWorkers } from '../jobs/runner.js';
import { timetable } from '../jobs/timetable.js';
import { ormOptions } from '../mikro-orm.config.js';
import { MetaAdsSource } from './adinsights/meta-ads-source.js';
import { createApi } from './api.js';
import { ConfigError, environmentNames, readSettings, type Settings } from './infra/config.js';
import type { Deps } from './infra/context.js';
import { describeConnectionError } from './infra/database/connection-error.js';
import { connectDatabase, DatabaseError, isMigrated, migrate } from './infra/database/database.js';
import { DatabaseClock } from './infra/database/database-clock.js';
import { databaseCode } from './infra/database/transaction.js';
import { waitForDatabase } from './infra/database/wait-for-database.js';
import { startEmbeddedPostgres } from './infra/embedded-postgres/embedded-postgres.js';
import { EmbeddedPostgresError } from './infra/embedded-postgres/postmaster-pid.js';
import { type DemoPerson, offersDemoSessions } from './infra/http/demo-session-routes.js';
import { describeListenError, ListenError, requireFreePort } from './infra/http/listen-address.js';
import { measureBuild } from './infra/observability/build-info.js';
import { createLogger, type Logger } from './infra/observability/logger.js';
import { startTracing } from './infra/observability/tracing.js';
import { PubSub } from './infra/queue/pub-sub.js';
import { JobQueue } from './infra/queue/queue.js';
import { IdentityProvider } from './infra/security/identity-provider.js';
import { tokenSecret } from './infra/security/local-secret.js';
import { createAuthenticate, signToken } from './infra/security/token.js';
import { mistakenNames } from './infra/setting-names.js';
import { ApifyViewSource } from './platform/apify-view-source.js';
import { HttpsLinkResolver } from './platform/https-link-resolver.js';

const META_URL = 'https://graph.facebook.com';
/** Beside the time that DRAIN_SECONDS asks for. */
const STOP_LIMIT_MS = 24_000;
const JOBS_STOP_LIMIT_MS = 15_000;

type Stop = () => Promise<unknown> | unknown;

/** The server: everything is put together here, and taken apart in the opposite order. */
async function start(settings: Settings, log: Logger, stops: Stop[]): Promise<void> {
  measureBuild(settings.BUILD);
  checkSchedules(timetable(settings));
  await requireFreePort(settings.PORT, settings.HOST);
  const stopTracing = await startTracing(process.env);
  if (stopTracing) stops.push(stopTracing);
  const secret = tokenSecret(settings);
  const url = settings.DATABASE_URL ?? (await startOwnDatabase(settings, log, stops));
  if (settings.DATABASE_URL) await waitForDatabase(url, log);
  const orm = await connectDatabase(ormOptions, { url, poolSize: settings.DATABASE_POOL_SIZE, log });
  stops.push(() => orm.close());
  log.info(settings.MIGRATE_AT_START ? 'migrating the database' : 'checking the database');
  if (settings.MIGRATE_AT_START) await migrate(orm, url);
  else if (!(await isMigrated(orm)))
    throw new ConfigError('Migrations are pending and MIGRATE_AT_START is false. Run npm run migrate first.');
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
    log.info('adding sample data where the database is empty');
    const { addSampleData } = await import('./demo/sample-data.js');
    await addSampleData(orm.em, deps);
  }
  const pubSub = new PubSub(url, log);
  await pubSub.start();
  stops.push(() => pubSub.stop());
  const provider = findProvider(settings, log);
  const api = await createApi({
    orm,
    deps,
    pubSub,
    authenticate: createAuthenticate(settings, secret, clock, provider),
    provider,
    queueIsHealthy: () => queue.isHealthy(),
    startJob: (name) => callJob(name, orm, deps),
    demoToken: offersDemoSessions(settings) && secret ? demoTokens(settings, secret) : undefined,
  });
  await startWorkers(queue, orm, deps);
  const schedule = await startSchedule(orm, deps);
  stops.push(() => schedule.stop());
  const address = await api.listen(settings.PORT, settings.HOST).catch((error: unknown) => {
    throw describeListenError(error, settings.PORT, settings.HOST);
  });
  stops.push(() => api.stop());
  log.info({ address, host: settings.HOST }, `listening on ${address} (bound to ${settings.HOST})`);
  if (settings.DEMO_DATA && secret) await greet(settings, secret, address);
}

async function startOwnDatabase(settings: Settings, log: Logger, stops: Stop[]): Promise<string> {
  log.info({ directory: path.resolve(settings.DATA_DIR) }, 'starting the embedded database');
  const postgres = await startEmbeddedPostgres({
    directory: settings.DATA_DIR,
    onLog: (line) => log.debug({ source: 'postgres' }, line),
    onRestart: () => log.error({ cause: 'embedded-postgres' }, 'the embedded PostgreSQL stopped and was restarted'),
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

/** The identity provider of AUTH_OIDC_ISSUER. The start does not wait for it; the log says when it cannot be used. */
function findProvider({ signIn }: Settings, log: Logger): IdentityProvider | null {
  if (!signIn) return null;
  const provider = new IdentityProvider(signIn.issuer);
  provider.document().catch((error: Error) => log.warn(`${error.message} Nobody can sign in until it can.`));
  return provider;
}

/** Tokens of the two people of the sample data, for the console's sign-in. */
const demoTokens = (settings: Settings, secret: string) => async (person: DemoPerson) => {
  const { DEMO_ADMIN, DEMO_CLIPPER } = await import('./demo/sample-data.js');
  return signToken(secret, settings, { ...(person === 'admin' ? DEMO_ADMIN : DEMO_CLIPPER), name: undefined });
};

async function greet(settings: Settings, secret: string, address: string): Promise<void> {
  const { DEMO_ADMIN, DEMO_CLIPPER } = await import('./demo/sample-data.js');
  const console = settings.CONSOLE ? `\n  Console          ${address}` : '';
  const playground = settings.PLAYGROUND ? `\n  Playground       ${address}/graphql` : '';
  process.stdout.write(`${console}${playground}
  Admin's token    ${await signToken(secret, settings, { ...DEMO_ADMIN, name: undefined })}
  Clipper's token  ${await signToken(secret, settings, { ...DEMO_CLIPPER, name: undefined })}

  In the console choose "Admin (demo)" or "Clipper (demo)". To the API send a token as the header
  Authorization: Bearer <token>

`);
}

/** Stops everything that was started, the last first; what hangs is left behind when the time is up. */
async function stopAll(stops: Stop[], log: Logger, drainSeconds = 0): Promise<void> {
  const timer = setTimeout(
    () => {
      log.error({ cause: 'stop' }, 'stopping took too long');
      process.exit(1);
    },
    drainSeconds * 1_000 + STOP_LIMIT_MS,
  );
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

/** Errors whose message says which setting would help. */
const TOLD = [ConfigError, EmbeddedPostgresError, DatabaseError, ListenError];

function describeFailure(error: unknown): string {
  if (TOLD.some((kind) => error instanceof kind)) return (error as Error).message;
  if (databaseCode(error) === NO_SUCH_PREPARED_STATEMENT)
    return 'DATABASE_URL leads to a pooler in transaction mode: use its session mode (Supabase: port 5432) or the direct address.';
  return describeConnectionError(error, process.env.DATABASE_URL) ?? String((error as Error).stack);
}

/** Runs the server until a signal ends it. What stops the start is one line on standard error. */
export async function main(): Promise<void> {
  process.env.NO_PROXY ??= '127.0.0.1,localhost';
  const stops: Stop[] = [];
  let log = createLogger('info');
  try {
    const settings = readSettings(process.env);
    log = createLogger(settings.LOG_LEVEL);
    for (const { given, meant } of mistakenNames(Object.keys(process.env), environmentNames))
      log.warn({ setting: given }, `${given} is not a setting and has no effect: ${meant} is one`);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'stopping');
        void stopAll(stops, log, settings.DRAIN_SECONDS).then(() => process.exit(0));
      });
    }
    await start(settings, log, stops);
  } catch (error) {
    process.stderr.write(`Clipledger cannot start. ${describeFailure(error)}\n`);
    await stopAll(stops, log);
    process.exit(1);
  }
}
