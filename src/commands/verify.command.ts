import fs from 'node:fs';
import { sealKeysOf } from '../infra/security/encryption.js';
import type { Head } from '../proof/heads.sql.js';
import { readHeads, verify } from '../proof/verify.service.js';
import { DomainError } from '../shared/errors.js';
import { defineCommand, UsageError } from './command-line.js';
import { print, withDatabase } from './with-database.js';

function headsIn(file: string): Head[] {
  try {
    return readHeads(readFile(file));
  } catch (error) {
    throw error instanceof DomainError ? new UsageError(error.message) : error;
  }
}

function readFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `--head is wrong: ${file} cannot be read (${code}): it must be a file that holds what npm run verify printed before.`,
    );
  }
}

/** @see docs/domain.md V1, V5 */
export const verifyCommand = defineCommand({
  name: 'verify',
  summary:
    'Checks every law over the whole database and prints the heads of all event chains. Exit 1: a law is broken.',
  options: {
    head: {
      type: 'string',
      value: 'FILE',
      help: 'Also checks that the heads in a file (an earlier output) are still there.',
    },
  },
  async run({ head }) {
    const heads = head === undefined ? [] : headsIn(head);
    await withDatabase(async ({ orm, settings }) => {
      const broken = await verify(orm.em, heads, print, sealKeysOf(settings));
      print(broken === 0 ? 'Every law holds.' : `${broken} rows break a law.`);
      if (broken > 0) process.exitCode = 1;
    });
  },
});
