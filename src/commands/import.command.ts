import { describeImport } from '../legacy-import/import.report.js';
import { importFolder } from '../legacy-import/import.service.js';
import { defineCommand, UsageError } from './command-line.js';
import { print, withDatabase } from './with-database.js';

/** @see docs/import.md */
export const importCommand = defineCommand({
  name: 'import',
  summary: "Takes over an older system's data: all of it, or nothing with the reason for each row that cannot be.",
  argument: 'FOLDER',
  options: {
    'dry-run': { type: 'boolean', help: 'Checks everything and writes nothing.' },
    'nothing-was-paid': {
      type: 'boolean',
      help: 'Says that no payouts are missing from the folder: nobody was paid yet.',
    },
  },
  async run({ 'dry-run': dryRun, 'nothing-was-paid': nothingWasPaid }, folder) {
    if (folder === undefined)
      throw new UsageError('Name one folder: npm run import -- FOLDER [--dry-run] [--nothing-was-paid]');
    await withDatabase(async ({ orm, settings }) => {
      const deps = { clock: { now: () => new Date() }, settings };
      const report = await importFolder(orm.em, deps, folder, { dryRun, nothingWasPaid });
      print(describeImport(report, dryRun, settings.CURRENCY));
      if (report.refusals.length > 0) process.exitCode = 1;
    });
  },
});
