import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import type { TrackingRound } from './tracking-round.entity.js';

/** A page of the rounds of each of many campaigns. */
export async function findRoundPages(
  em: EntityManager,
  campaignIds: string[],
  slice: Slice,
): Promise<(TrackingRound & { parentId: string; cursor: string })[]> {
  const { rows } = await sql<TrackingRound & { parentId: string; cursor: string }>`
    select p.id as "parentId", page.* from unnest(${campaignIds}::uuid[]) p(id)
    cross join lateral (
      select r.*, ${slice.cursor} as cursor from tracking_round r
      where r.campaign_id = p.id and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}) page`.execute(
    database(em),
  );
  return rows;
}

export async function countRounds(
  em: EntityManager,
  campaignIds: string[],
): Promise<{ parentId: string; count: bigint }[]> {
  const { rows } = await sql<{ parentId: string; count: bigint }>`
    select campaign_id as parent_id, count(*) as count from tracking_round
    where campaign_id = any(${campaignIds}::uuid[]) group by campaign_id`.execute(database(em));
  return rows;
}

/** When the newest settled round of a campaign was settled, and which one it is. */
export async function findLastSettled(
  em: EntityManager,
  campaignId: string,
): Promise<Pick<TrackingRound, 'id' | 'finishedAt'> | undefined> {
  const { rows } = await sql<TrackingRound>`
    select id, finished_at from tracking_round where campaign_id = ${campaignId}::uuid and status = 'SETTLED'
    order by finished_at desc limit 1`.execute(database(em));
  return rows[0];
}
