import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { ormOptions } from '../mikro-orm.config.js';
import { createSchema } from './api-schema.js';
import { ConfigError, readSettings, type Settings } from './infra/config.js';
import { connectDatabase, type MikroORM, migrate } from './infra/database.js';
import { startEmbeddedPostgres } from './infra/embedded-postgres.js';
import { tokenSecret } from './infra/local-secret.js';
import { createLogger } from './infra/logger.js';
import { signToken } from './infra/token.js';

type Command = (args: string[]) => Promise<void>;

const COMMANDS: Record<string, Command> = {
  migrate: () => withDatabase(async (orm, url) => migrate(orm, url)),
  'create-migration': createMigration,
  'emit-schema': emitSchema,
  token: printToken,
};

/** Runs `work` on the database of the settings, with the embedded one started for it when none is given. */
async function withDatabase(work: (orm: MikroORM, url: string) => Promise<void>): Promise<void> {
  const settings = readSettings({ AUTH_JWT_SECRET: 'x'.repeat(32), ...process.env });
  const log = createLogger('warn');
  const own = settings.DATABASE_URL ? undefined : await startEmbeddedPostgres({ directory: settings.DATA_DIR });
  const url = settings.DATABASE_URL ?? own?.url ?? '';
  const orm = await connectDatabase(ormOptions, { url, poolSize: 2, log });
  try {
    await work(orm, url);
  } finally {
    await orm.close();
    await own?.stop();
  }
}

/** For developers: a migration from the difference between the entities and the snapshot. */
async function createMigration(): Promise<void> {
  await withDatabase(async (orm) => {
    const { fileName } = await orm.migrator.create(path.resolve('migrations'));
    print(fileName ? `migrations/${fileName}` : 'Nothing has changed.');
  });
}

/** Writes schema/schema.graphql from the code. */
async function emitSchema(): Promise<void> {
  fs.writeFileSync(path.resolve('schema', 'schema.graphql'), schemaText());
}

/** The schema as it is committed: sorted, with descriptions. */
export function schemaText(): string {
  return `${printSchema(lexicographicSortSchema(createSchema()))}\n`;
}

async function printToken(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { email: { type: 'string' }, name: { type: 'string' }, subject: { type: 'string' } },
  });
  const settings = readSettings(process.env);
  requireLocal(settings);
  const secret = tokenSecret(settings);
  if (!secret) throw new ConfigError('AUTH_JWT_SECRET is missing: tokens can only be made with a shared secret.');
  if (!values.email?.includes('@'))
    throw new ConfigError('--email is missing: npm run token -- --email you@example.com');
  print(
    await signToken(secret, settings, {
      subject: values.subject ?? `local:${values.email}`,
      email: values.email,
      name: values.name,
    }),
  );
}

function requireLocal(settings: Settings): void {
  if (settings.NODE_ENV === 'production')
    throw new ConfigError('Tokens are not made here in production: sign in at the identity provider.');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main([name = '', ...args]: string[]): Promise<void> {
  const command = COMMANDS[name];
  if (!command)
    throw new ConfigError(`There is no command "${name}": it must be one of ${Object.keys(COMMANDS).join(', ')}.`);
  await command(args);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
