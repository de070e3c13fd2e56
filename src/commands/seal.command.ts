import { sealPayoutDetails } from '../payout/seal-payouts.service.js';
import { defineCommand } from './command-line.js';
import { print, withDatabase } from './with-database.js';

/** @see docs/domain.md F4 */
export const sealCommand = defineCommand({
  name: 'seal',
  summary: 'Seals and digests payout details with the current DATA_ENCRYPTION_KEY. Lists what it refuses; exit 1 then.',
  options: {},
  run: () =>
    withDatabase(async ({ orm, settings }) => {
      const deps = { clock: { now: () => new Date() }, settings };
      const { sealed, digested, refused } = await sealPayoutDetails(orm.em, deps, print);
      print(`${sealed} sealed, ${digested} digested, ${refused} refused.`);
      if (refused > 0) process.exitCode = 1;
    }),
});
