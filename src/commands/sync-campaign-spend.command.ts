import type { Actor } from '../audit/audit.service.js';
import { describeSpendSync } from '../proof/spend-sync.report.js';
import { compareSpend, syncSpend } from '../proof/spend-sync.service.js';
import { defineCommand } from './command-line.js';
import { print, withDatabase } from './with-database.js';

const COMMAND: Actor = { id: null, via: 'command' };

/** @see docs/domain.md V2 */
export const syncCampaignSpendCommand = defineCommand({
  name: 'sync-campaign-spend',
  summary: 'Compares recorded with actual spent, and writes the actual down.',
  options: {
    'dry-run': { type: 'boolean', help: 'Compares and writes nothing.' },
    'campaign-id': { type: 'string', value: 'ID', help: 'One campaign alone.' },
  },
  async run({ 'dry-run': dryRun, 'campaign-id': campaignId = null }) {
    await withDatabase(async ({ orm }) => {
      const clock = { now: () => new Date() };
      const found = dryRun
        ? await compareSpend(orm.em, campaignId)
        : await syncSpend(orm.em, { clock }, COMMAND, campaignId);
      print(describeSpendSync(found, !dryRun));
    });
  },
});
