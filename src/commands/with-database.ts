import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { ormOptions } from '../../mikro-orm.config.js';
import { ConfigError, readSettings, type Settings } from '../infra/config.js';
import { connectDatabase, isMigrated, type MikroORM } from '../infra/database/database.js';
import { joinEmbeddedPostgres } from '../infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../infra/observability/logger.js';

/** The log of a command goes to standard error: standard output is its answer. */
export const commandLog = () => createLogger('warn', pino.destination(2));

/** The settings of a command that signs nobody in: it needs no secret of tokens. */
function commandSettings(): Settings {
  const { AUTH_JWT_SECRET, AUTH_JWKS_URL } = process.env;
  const unused = AUTH_JWT_SECRET || AUTH_JWKS_URL ? {} : { AUTH_JWT_SECRET: randomBytes(32).toString('hex') };
  return readSettings({ ...process.env, ...unused });
}

/** What a command works with. */
export interface CommandDatabase {
  orm: MikroORM;
  url: string;
  settings: Settings;
}

/**
 * Runs `work` on the database of the settings; without one on the embedded database, started for it unless it is
 * running.
 */
export async function withDatabase(
  work: (database: CommandDatabase) => Promise<void>,
  { beforeMigration = false } = {},
): Promise<void> {
  const settings = commandSettings();
  const own = settings.DATABASE_URL ? undefined : await joinEmbeddedPostgres({ directory: settings.DATA_DIR });
  const url = settings.DATABASE_URL ?? own?.url ?? '';
  const orm = await connectDatabase(ormOptions, { url, poolSize: 2, log: commandLog() });
  try {
    if (!beforeMigration && !(await isMigrated(orm)))
      throw new ConfigError('Migrations are pending: npm run migrate brings the database up to date.');
    await work({ orm, url, settings });
  } finally {
    await orm.close();
    await own?.stop();
  }
}

/** Writes a line of a command's answer. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
