import { sql } from 'kysely';
import { database, type EntityManager } from '../../infra/database/database.js';

/** One place on a board. */
export interface BoardRow {
  rank: number;
  clipperId: string;
  profileId: string;
  givenName: string | null;
  earnings: bigint;
  views: bigint;
  clipCount: number;
}

/** The first clippers of each of many campaigns: earnings, then views, then id. @see docs/domain.md B5 */
export async function findLeaderboards(
  em: EntityManager,
  campaignIds: readonly string[],
  first: number,
): Promise<(BoardRow & { campaignId: string })[]> {
  const { rows } = await sql<BoardRow & { campaignId: string }>`
    select b.*, u.profile_id, u.name as given_name from unnest(${campaignIds as string[]}::uuid[]) c(id)
    cross join lateral (
      select t.campaign_id, t.clipper_id, t.earnings, t.views, t.clip_count::int as clip_count,
             row_number() over (order by t.earnings desc, t.views desc, t.clipper_id)::int as rank
      from clipper_totals t where t.campaign_id = c.id and t.clip_count > 0
      order by t.earnings desc, t.views desc, t.clipper_id limit ${first}) b
    join "user" u on u.id = b.clipper_id order by b.campaign_id, b.rank`.execute(database(em));
  return rows;
}

/** The first clippers of the installation: earnings, then views, then id. @see docs/domain.md B5 */
export async function findTopClippers(em: EntityManager, first: number): Promise<BoardRow[]> {
  const { rows } = await sql<Omit<BoardRow, 'rank'>>`
    select b.*, u.profile_id, u.name as given_name from (
      select t.clipper_id, sum(t.earnings)::bigint as earnings, sum(t.views)::bigint as views,
        sum(t.clip_count)::int as clip_count
      from clipper_totals t where t.clip_count > 0 group by t.clipper_id
      order by earnings desc, views desc, t.clipper_id limit ${first}) b
    join "user" u on u.id = b.clipper_id order by b.earnings desc, b.views desc, b.clipper_id`.execute(database(em));
  return rows.map((row, index) => ({ ...row, rank: index + 1 }));
}
