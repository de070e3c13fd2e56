import { sql } from 'kysely';
import { CampaignStatus } from '../campaign/campaign.enums.js';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Clip } from '../submission/clip.entity.js';

/** Everything that the platform adds up to, from one statement. */
export interface PlatformFigures {
  totalUsers: number;
  totalClippers: number;
  campaigns: Record<CampaignStatus, number>;
  pending: bigint;
  approved: bigint;
  rejected: bigint;
  withdrawn: bigint;
  totalEarnings: bigint;
  totalViews: bigint;
  payoutCount: number;
  payoutAmount: bigint;
  requestCount: number;
  requestAmount: bigint;
}

/**
 * Sums of the totals that the database keeps (a row per campaign), counts of users and campaigns, and payouts from
 * their own rows.
 * @see docs/domain.md B4, P5
 */
export async function findPlatformFigures(em: EntityManager): Promise<PlatformFigures> {
  const statuses = Object.values(CampaignStatus);
  const { rows } = await sql<Omit<PlatformFigures, 'campaigns'> & { counts: number[] }>`
    select u.*, c.counts, t.*, p.*, r.*
    from (select count(*)::int as total_users, (count(*) filter (where role = 'CLIPPER'))::int as total_clippers
      from "user") u,
         (select array_agg(coalesce(n.count, 0)::int order by s.place) as counts
          from unnest(${statuses}::text[]) with ordinality s(status, place)
          left join (select status, count(*) as count from campaign group by 1) n on n.status = s.status) c,
         (select coalesce(sum(pending), 0)::bigint as pending, coalesce(sum(approved), 0)::bigint as approved,
           coalesce(sum(rejected), 0)::bigint as rejected,
                 coalesce(sum(withdrawn), 0)::bigint as withdrawn,
                   coalesce(sum(earnings), 0)::bigint as total_earnings, coalesce(sum(views), 0)::bigint as total_views
          from campaign_totals) t,
         (select count(*)::int as payout_count, coalesce(sum(amount), 0)::bigint as payout_amount from payout
           where returned_at is null) p,
         (select count(*)::int as request_count, coalesce(sum(amount), 0)::bigint as request_amount from payout_request
           where status in ('PENDING', 'APPROVED')) r`.execute(database(em));
  const [{ counts, ...figures } = { counts: [] }] = rows as [Omit<PlatformFigures, 'campaigns'> & { counts: number[] }];
  const campaigns = Object.fromEntries(statuses.map((status, index) => [status, counts[index] ?? 0]));
  return { ...(figures as Omit<PlatformFigures, 'campaigns'>), campaigns: campaigns as PlatformFigures['campaigns'] };
}

/** Ids of the campaigns that have spent most; views, then id decide between equals. @see docs/domain.md B5 */
export async function findTopCampaigns(em: EntityManager, first: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select campaign_id as id from campaign_totals where clip_count > 0 order by earnings desc, views desc, campaign_id
      limit ${first}`.execute(database(em));
  return rows.map((row) => row.id);
}

/**
 * The clips that have earned most; views, then id decide between equals. Looks at every clip: an index on earnings
 * would make each settlement dearer.
 * @see docs/domain.md B5
 */
export async function findTopClips(em: EntityManager, first: number): Promise<Clip[]> {
  const { rows } = await sql<Clip>`
    select * from clip where state <> 'REVOKED' order by earnings desc, views desc, id limit ${first}`.execute(
    database(em),
  );
  return rows;
}
