// Works on one round in a process of its own, which may be made to die (FAILPOINT). node round-child.mjs DATABASE_URL EMULATOR_URL ROUND_ID
import 'reflect-metadata';
import { ormOptions } from '../../dist/mikro-orm.config.js';
import { workRound } from '../../dist/src/earnings/settlement/round.service.js';
import { readSettings } from '../../dist/src/infra/config.js';
import { connectDatabase } from '../../dist/src/infra/database/database.js';
import { createLogger } from '../../dist/src/infra/observability/logger.js';
import { ApifyViewSource } from '../../dist/src/platform/apify-view-source.js';

const [url, source, roundId] = process.argv.slice(2);
const settings = readSettings({
  ...process.env,
  DATABASE_URL: url,
  AUTH_JWT_SECRET: 'x'.repeat(32),
  TRACKING_BATCH_PAUSE_MS: '0',
  TRACKING_BATCH_SIZE: '2',
  TRACKING_RETRY_DELAY_MS: '10',
  APIFY_START_TIMEOUT_MS: '400',
  APIFY_RUNS_PER_MINUTE: '24000',
});
const log = createLogger('error');
const orm = await connectDatabase(ormOptions, { url, poolSize: 3, log });
const deps = {
  clock: { now: () => new Date() },
  log,
  settings,
  viewSource: new ApifyViewSource(settings, source),
  queue: { send: async () => undefined },
};
await workRound(orm.em.fork(), deps, { roundId, signal: new AbortController().signal, lastTry: false });
await orm.close();
