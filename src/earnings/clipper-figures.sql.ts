import { type RawBuilder, sql } from 'kysely';

/** Everything a clipper's clips and submissions add up to. */
export interface ClipperFigures {
  clipperId: string;
  totalEarned: bigint;
  totalViews: bigint;
  /** In open campaigns. */
  activeCampaignEarnings: bigint;
  /** In ended campaigns. */
  completedCampaignEarnings: bigint;
  activeCampaignCount: number;
  pending: bigint;
  approved: bigint;
  rejected: bigint;
  withdrawn: bigint;
}

export const NO_FIGURES: Omit<ClipperFigures, 'clipperId'> = {
  totalEarned: 0n,
  totalViews: 0n,
  activeCampaignEarnings: 0n,
  completedCampaignEarnings: 0n,
  activeCampaignCount: 0,
  pending: 0n,
  approved: 0n,
  rejected: 0n,
  withdrawn: 0n,
};

/**
 * The one definition of a clipper's figures, all of them from one statement over the totals that the database keeps: a row
 * per campaign the clipper is in, however many clips. A campaign is open or ended, never both: the two parts are the whole.
 * @param where which rows of the totals ("t"), all of a clipper's or none
 * @see docs/domain.md B1, B2, B4, B5
 */
export const clipperFigures = (where: RawBuilder<boolean>): RawBuilder<ClipperFigures> => sql<ClipperFigures>`
  select t.clipper_id, sum(t.earnings)::bigint as total_earned, sum(t.views)::bigint as total_views,
         coalesce(sum(t.earnings) filter (where c.status in ('ACTIVE', 'PAUSED')), 0)::bigint as active_campaign_earnings,
         coalesce(sum(t.earnings) filter (where c.status in ('COMPLETED', 'CANCELLED')), 0)::bigint as completed_campaign_earnings,
         count(*) filter (where c.status in ('ACTIVE', 'PAUSED') and t.clip_count > 0)::int as active_campaign_count,
         sum(t.pending)::bigint as pending, sum(t.approved)::bigint as approved, sum(t.rejected)::bigint as rejected, sum(t.withdrawn)::bigint as withdrawn
  from clipper_totals t join campaign c on c.id = t.campaign_id
  where ${where} group by t.clipper_id`;
