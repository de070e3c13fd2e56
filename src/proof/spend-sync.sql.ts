import { sql } from 'kysely';
import { type CampaignRow, findCampaignsByIds } from '../campaign/campaign.sql.js';
import { database, type EntityManager } from '../infra/database/database.js';
import { inOrderOf } from '../shared/batching.js';

/** The most campaigns that a report lists. @see docs/domain.md V2 */
const SPEND_SYNC_LIMIT = 1_000;

export interface SpendSyncRow {
  campaignId: string;
  recordedSpent: bigint;
  /** What its clips earned: read from the clips themselves, not from what the database keeps of them. */
  actualSpent: bigint;
  approvedClips: number;
}

/** Campaigns with both figures, those that differ first, the largest difference first. */
export async function findSpendSync(em: EntityManager, campaignId: string | null): Promise<SpendSyncRow[]> {
  const { rows } = await sql<SpendSyncRow>`
    select c.id as campaign_id, c.recorded_spent, coalesce(k.earnings, 0)::bigint as actual_spent,
      coalesce(k.clips, 0)::int as approved_clips
    from campaign c
    left join (select campaign_id, sum(earnings) as earnings, count(*) as clips from clip
               where state <> 'REVOKED' and (${campaignId}::uuid is null or campaign_id = ${campaignId}::uuid)
                 group by 1) k on k.campaign_id = c.id
    where ${campaignId}::uuid is null or c.id = ${campaignId}::uuid
    order by abs(coalesce(k.earnings, 0) - c.recorded_spent) desc, c.id desc limit ${SPEND_SYNC_LIMIT}`.execute(
    database(em),
  );
  return rows;
}

export interface SpendSyncTotals {
  total: number;
  needsSync: number;
  totalDifference: bigint;
}

/** Over all campaigns, or the one; the differences without their signs. */
export async function findSpendSyncTotals(em: EntityManager, campaignId: string | null): Promise<SpendSyncTotals> {
  const { rows } = await sql<SpendSyncTotals>`
    select count(*)::int as total, (count(*) filter (where d.difference <> 0))::int as needs_sync,
      coalesce(sum(d.difference), 0)::bigint as total_difference
    from (select abs(coalesce(k.earnings, 0) - c.recorded_spent) as difference
          from campaign c
          left join (select campaign_id, sum(earnings) as earnings from clip where state <> 'REVOKED' group by 1) k
            on k.campaign_id = c.id
          where ${campaignId}::uuid is null or c.id = ${campaignId}::uuid) d`.execute(database(em));
  return rows[0] ?? { total: 0, needsSync: 0, totalDifference: 0n };
}

/** Campaigns in the order of the rows that name them. */
export async function findCampaignsOf(em: EntityManager, rows: readonly SpendSyncRow[]): Promise<CampaignRow[]> {
  const ids = rows.map((row) => row.campaignId);
  const found = await findCampaignsByIds(em, ids);
  return inOrderOf(ids, found, (campaign) => campaign.id, null).filter((campaign) => campaign !== null);
}
