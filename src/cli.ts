import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { pino } from 'pino';
import { ormOptions } from '../mikro-orm.config.js';
import { createSchema } from './api-schema.js';
import type { Actor } from './audit/audit.service.js';
import { ConfigError, readSettings, type Settings } from './infra/config.js';
import { connectDatabase, isMigrated, type MikroORM, migrate } from './infra/database/database.js';
import { joinEmbeddedPostgres } from './infra/embedded-postgres/embedded-postgres.js';
import { EmbeddedPostgresError } from './infra/embedded-postgres/postmaster-pid.js';
import { createLogger } from './infra/observability/logger.js';
import { SealError, sealKeysOf } from './infra/security/encryption.js';
import { tokenSecret } from './infra/security/local-secret.js';
import { signToken } from './infra/security/token.js';
import { tellImport } from './legacy-import/import.report.js';
import { importFolder } from './legacy-import/import.service.js';
import { ImportError } from './legacy-import/import-files.js';
import { eraseCommand, exportCommand, sealCommand } from './privacy/privacy.commands.js';
import { rebuildTotals } from './proof/rebuild.service.js';
import { replay } from './proof/replay.service.js';
import { tellSpendSync } from './proof/spend-sync.report.js';
import { compareSpend, syncSpend } from './proof/spend-sync.service.js';
import { readHeads, verify } from './proof/verify.service.js';
import { DomainError } from './shared/errors.js';
import { formatMoney } from './shared/money.js';

type Command = (args: string[]) => Promise<void>;

const COMMANDS: Record<string, Command> = {
  migrate: () => withDatabase(async (orm, url) => migrate(orm, url), true),
  'create-migration': createMigration,
  'emit-schema': emitSchema,
  token: printToken,
  verify: verifyDatabase,
  replay: replayLedger,
  rebuild: rebuildKeptTotals,
  'sync-campaign-spend': syncCampaignSpend,
  import: importLegacy,
  seal: (args) => withDatabase(sealCommand(args, commandDeps(), print)),
  'erase-user': (args) => withDatabase(eraseCommand(args, commandDeps(), print)),
  'export-user': (args) => withDatabase(exportCommand(args, commandDeps())),
};

/** The settings of a command that serves nobody: it needs no secret of tokens. */
const commandSettings = () => readSettings({ AUTH_JWT_SECRET: 'x'.repeat(32), ...process.env });

/** Runs `work` on the database of the settings; without one on the embedded database, started for it unless it is running. */
async function withDatabase(
  work: (orm: MikroORM, url: string) => Promise<void>,
  beforeMigration = false,
): Promise<void> {
  const settings = commandSettings();
  const log = createLogger('warn', pino.destination(2));
  const own = settings.DATABASE_URL ? undefined : await joinEmbeddedPostgres({ directory: settings.DATA_DIR });
  const url = settings.DATABASE_URL ?? own?.url ?? '';
  const orm = await connectDatabase(ormOptions, { url, poolSize: 2, log });
  try {
    if (!beforeMigration && !(await isMigrated(orm)))
      throw new ConfigError('Migrations are pending: npm run migrate brings the database up to date.');
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
  }, true);
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

/** Every law and, with --head, the chains against heads that were kept elsewhere. @see docs/domain.md V1, V5 */
async function verifyDatabase(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { head: { type: 'string' } } });
  const heads = values.head === undefined ? [] : readHeads(fs.readFileSync(values.head, 'utf8'));
  await withDatabase(async (orm) => {
    const broken = await verify(orm.em, heads, print, sealKeysOf(commandSettings()));
    print(broken === 0 ? 'Every law holds.' : `${broken} rows break a law.`);
    if (broken > 0) process.exitCode = 1;
  });
}

/** All earnings again by the pure rules, compared to the micro. @see docs/domain.md V3 */
async function replayLedger(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { until: { type: 'string' } } });
  const until = values.until === undefined ? null : new Date(values.until);
  if (until && Number.isNaN(until.getTime()))
    throw new ConfigError('--until is wrong: it must be an instant such as 2026-11-20T08:00:00Z.');
  await withDatabase(async (orm) => {
    const { campaigns, events, readings, entries, earnings, differences, examples } = await replay(orm.em, until);
    for (const example of examples) print(example);
    print(`${campaigns} campaigns, ${events} events, ${readings} readings, ${entries} entries replayed.`);
    print(`Earned ${formatMoney(earnings)}. ${differences === 0 ? 'Nothing differs.' : `${differences} differ.`}`);
    if (differences > 0) process.exitCode = 1;
  });
}

/** The kept totals anew from the clips. */
async function rebuildKeptTotals(): Promise<void> {
  await withDatabase(async (orm) => {
    const differences = await rebuildTotals(orm.em, { clock: { now: () => new Date() } });
    for (const { subject, kept, actual } of differences) print(`${subject}: kept ${kept}, actual ${actual}`);
    print(differences.length === 0 ? 'Nothing differed.' : `${differences.length} totals differed and were rewritten.`);
  });
}

/** Recorded against actual spent, written down unless --dry-run. @see docs/domain.md V2 */
async function syncCampaignSpend(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { 'dry-run': { type: 'boolean', default: false }, 'campaign-id': { type: 'string' } },
  });
  const campaignId = values['campaign-id'] ?? null;
  const command: Actor = { id: null, via: 'command' };
  await withDatabase(async (orm) => {
    const clock = { now: () => new Date() };
    const dryRun = values['dry-run'];
    const found = dryRun
      ? await compareSpend(orm.em, campaignId)
      : await syncSpend(orm.em, { clock }, command, campaignId);
    print(tellSpendSync(found, !dryRun));
  });
}

/** An older system's data; or nothing, with the reason for every row that cannot be. @see docs/import.md */
async function importLegacy(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      'nothing-was-paid': { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (!folder || positionals.length > 1)
    throw new ConfigError('Name one folder: npm run import -- FOLDER [--dry-run] [--nothing-was-paid]');
  const options = { dryRun: values['dry-run'], nothingWasPaid: values['nothing-was-paid'] };
  const settings = commandSettings();
  await withDatabase(async (orm) => {
    const clock = { now: () => new Date() };
    const report = await importFolder(orm.em, { clock, settings }, folder, options);
    print(tellImport(report, options.dryRun, settings.CURRENCY));
    if (report.refusals.length > 0) process.exitCode = 1;
  });
}

const commandDeps = () => ({ clock: { now: () => new Date() }, settings: commandSettings() });

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main([name = '', ...args]: string[]): Promise<void> {
  const command = COMMANDS[name];
  if (!command)
    throw new ConfigError(`There is no command "${name}": it must be one of ${Object.keys(COMMANDS).join(', ')}.`);
  await command(args);
}

/** An option that parseArgs does not know. */
const isUsageError = (error: unknown) => String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');

try {
  await main(process.argv.slice(2));
} catch (error) {
  const told =
    error instanceof ConfigError ||
    error instanceof DomainError ||
    error instanceof EmbeddedPostgresError ||
    error instanceof ImportError ||
    error instanceof SealError ||
    isUsageError(error);
  process.stderr.write(`${told ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
