import { rebuildTotals } from '../proof/rebuild.service.js';
import { defineCommand } from './command-line.js';
import { print, withDatabase } from './with-database.js';

/** @see docs/domain.md B4 */
export const rebuildCommand = defineCommand({
  name: 'rebuild',
  summary:
    'Computes the kept totals again from the clips and reports what differed. Run it as the owner of the tables.',
  options: {},
  run: () =>
    withDatabase(async ({ orm }) => {
      const differences = await rebuildTotals(orm.em, { clock: { now: () => new Date() } });
      for (const { subject, kept, actual } of differences) print(`${subject}: kept ${kept}, actual ${actual}`);
      print(
        differences.length === 0 ? 'Nothing differed.' : `${differences.length} totals differed and were rewritten.`,
      );
    }),
});
