import { IsolationLevel } from '@mikro-orm/postgresql';
import { type Actor, recordAudit } from '../audit/audit.service.js';
import { lockCampaign } from '../campaign/campaign.service.js';
import type { CampaignRow } from '../campaign/campaign.sql.js';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId } from '../infra/identifier.js';
import { notFound } from '../shared/errors.js';
import { formatMoney } from '../shared/money.js';
import {
  findCampaignsOf,
  findSpendSync,
  findSpendSyncTotals,
  type SpendSyncRow,
  type SpendSyncTotals,
} from './spend-sync.sql.js';

export interface CampaignSpend extends SpendSyncRow {
  campaign: CampaignRow;
  /** actual - recorded. */
  difference: bigint;
}

export interface SpendSync {
  campaigns: CampaignSpend[];
  summary: SpendSyncTotals;
}

/**
 * Compares the stored spent amounts with what the clips have earned, all in one snapshot.
 * @param campaignId one campaign; null for all (those that differ first, at most 1,000 listed)
 * @throws NOT_FOUND
 * @see docs/domain.md V2
 */
export async function compareSpend(em: EntityManager, campaignId: string | null): Promise<SpendSync> {
  if (campaignId !== null && !isId(campaignId)) throw notFound('Campaign');
  return em.fork({ clear: true }).transactional(
    async (snapshot) => {
      const transaction = snapshot as EntityManager;
      const summary = await findSpendSyncTotals(transaction, campaignId);
      if (campaignId !== null && summary.total === 0) throw notFound('Campaign');
      const rows = await findSpendSync(transaction, campaignId);
      const campaigns = await findCampaignsOf(transaction, rows);
      return {
        summary,
        campaigns: rows.flatMap((row, index) => {
          const campaign = campaigns[index];
          return campaign ? { ...row, campaign, difference: row.actualSpent - row.recordedSpent } : [];
        }),
      };
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}

/**
 * Writes the actual over the recorded, campaign by campaign under its lock.
 * @returns what was found before
 * @throws NOT_FOUND
 * @see docs/domain.md V2, V4
 */
export async function syncSpend(
  em: EntityManager,
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  campaignId: string | null,
): Promise<SpendSync> {
  const found = await compareSpend(em, campaignId);
  for (let differing = found; ; differing = await compareSpend(em, campaignId)) {
    const ids = differing.campaigns.filter((each) => each.difference !== 0n).map((each) => each.campaignId);
    for (const id of ids) await syncOne(em, deps, actor, id);
    // More than a report lists: the next thousand.
    if (differing.summary.needsSync <= ids.length) return found;
  }
}

async function syncOne(em: EntityManager, deps: Pick<Deps, 'clock'>, actor: Actor, id: string): Promise<void> {
  await inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, id);
    const [row] = await findSpendSync(transaction, id);
    if (!row || row.actualSpent === campaign.recordedSpent) return;
    recordAudit(transaction, {
      actor,
      action: 'campaign.sync-spend',
      subjectType: 'Campaign',
      subjectId: id,
      before: { recordedSpent: formatMoney(campaign.recordedSpent) },
      after: { recordedSpent: formatMoney(row.actualSpent) },
      at: deps.clock.now(),
    });
    campaign.recordedSpent = row.actualSpent;
  });
}
