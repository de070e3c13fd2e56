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
  /** Of completedCampaignEarnings, what can be paid out. */
  availableEarnings: bigint;
  /** Of completedCampaignEarnings, what cannot be paid out yet. */
  maturingEarnings: bigint;
  /** When the next of maturingEarnings become available; null when none mature. */
  nextAvailableAt: Date | null;
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
  availableEarnings: 0n,
  maturingEarnings: 0n,
  nextAvailableAt: null,
  activeCampaignCount: 0,
  pending: 0n,
  approved: 0n,
  rejected: 0n,
  withdrawn: 0n,
};

/**
 * The one definition of a clipper's figures, all of them from one statement over the totals that the database keeps: a
 * row per campaign the clipper is in, however many clips. A campaign is open or ended, never both: the two parts are
 * the whole. What is available is decided by the database's clock, read once for the whole statement: earnings are
 * available from `earningsAvailableAt` on, that instant included.
 * @param where which rows of the totals ("t"), all of a clipper's or none
 * @param at the instant to decide by, where the caller has read it already
 * @see docs/domain.md B1-B5, L1
 */
export const clipperFigures = (
  where: RawBuilder<boolean>,
  at: RawBuilder<unknown> = sql`clock_timestamp()`,
): RawBuilder<ClipperFigures> => sql<ClipperFigures>`
  with moment as materialized (select ${at} as at)
  select t.clipper_id, sum(t.earnings)::bigint as total_earned, sum(t.views)::bigint as total_views,
         coalesce(sum(t.earnings) filter (where c.status in ('ACTIVE', 'PAUSED')),
           0)::bigint as active_campaign_earnings,
         coalesce(sum(t.earnings) filter (where c.status in ('COMPLETED', 'CANCELLED')),
           0)::bigint as completed_campaign_earnings,
         coalesce(sum(t.earnings) filter (where c.earnings_available_at <= m.at), 0)::bigint as available_earnings,
         coalesce(sum(t.earnings) filter (where c.earnings_available_at > m.at), 0)::bigint as maturing_earnings,
         min(c.earnings_available_at) filter (where c.earnings_available_at > m.at
           and t.earnings > 0) as next_available_at,
         count(*) filter (where c.status in ('ACTIVE', 'PAUSED') and t.clip_count > 0)::int as active_campaign_count,
         sum(t.pending)::bigint as pending, sum(t.approved)::bigint as approved, sum(t.rejected)::bigint as rejected,
           sum(t.withdrawn)::bigint as withdrawn
  from clipper_totals t join campaign c on c.id = t.campaign_id cross join moment m
  where ${where} group by t.clipper_id`;
