import { ConfigError } from '../infra/config.js';
import { describeConnectionError } from '../infra/database/connection-error.js';
import { DatabaseError } from '../infra/database/database.js';
import { EmbeddedPostgresError } from '../infra/embedded-postgres/postmaster-pid.js';
import { SealError } from '../infra/security/encryption.js';
import { ImportError } from '../legacy-import/import-files.js';
import { DomainError } from '../shared/errors.js';
import { type Command, describeUsage, readArguments, UsageError } from './command-line.js';
import { createMigrationCommand } from './create-migration.command.js';
import { emitSchemaCommand } from './emit-schema.command.js';
import { eraseUserCommand } from './erase-user.command.js';
import { exportUserCommand } from './export-user.command.js';
import { importCommand } from './import.command.js';
import { migrateCommand } from './migrate.command.js';
import { rebuildCommand } from './rebuild.command.js';
import { replayCommand } from './replay.command.js';
import { sealCommand } from './seal.command.js';
import { syncCampaignSpendCommand } from './sync-campaign-spend.command.js';
import { tokenCommand } from './token.command.js';
import { verifyCommand } from './verify.command.js';
import { print } from './with-database.js';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  migrateCommand,
  verifyCommand,
  replayCommand,
  rebuildCommand,
  syncCampaignSpendCommand,
  importCommand,
  sealCommand,
  eraseUserCommand,
  exportUserCommand,
  tokenCommand,
  createMigrationCommand,
  emitSchemaCommand,
];

const USAGE_EXIT = 2;

async function run([name = '', ...args]: readonly string[]): Promise<void> {
  if (name === '--help' || name === '-h') {
    for (const command of commands) print(`${command.name}: ${command.summary}`);
    return;
  }
  const command = commands.find((each) => each.name === name);
  if (!command)
    throw new UsageError(
      `There is no command "${name}": it must be one of ${commands.map((each) => each.name).join(', ')}.`,
    );
  const read = readArguments(command, args);
  if (read) await command.run(read.values, read.argument);
  else print(describeUsage(command));
}

/** Errors whose message is written for whoever called the command; of others the stack is needed. */
const TOLD = [ConfigError, DatabaseError, DomainError, EmbeddedPostgresError, ImportError, SealError, UsageError];

/**
 * Runs the command that the arguments name. What goes wrong is one line on standard error, and an exit code: 2 for a
 * call that is not accepted, 1 for everything else.
 */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    const told = TOLD.some((kind) => error instanceof kind)
      ? (error as Error).message
      : describeConnectionError(error, process.env.DATABASE_URL);
    process.stderr.write(`${told ?? (error as Error).stack}\n`);
    process.exitCode = error instanceof UsageError ? USAGE_EXIT : 1;
  }
}
