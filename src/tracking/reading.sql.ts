import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import { type Columns, select } from '../infra/graphql/requested-columns.js';
import type { TrackingRun } from './tracking-run.entity.js';
import type { ViewTracking } from './view-tracking.entity.js';

/** @see fieldsOfNodes */
export const readingColumns: Columns<ViewTracking> = {
  always: ['id', 'clipId', 'roundId'],
  onDemand: ['trackedAt', 'outcome', 'views', 'reason', 'gained'],
};

/** A page of the readings of each of many clips. */
export async function findReadingPages(
  em: EntityManager,
  clipIds: string[],
  slice: Slice,
  requested: string[],
): Promise<(ViewTracking & { parentId: string; cursor: string })[]> {
  const { rows } = await sql<ViewTracking & { parentId: string; cursor: string }>`
    select p.id as "parentId", page.* from unnest(${clipIds}::uuid[]) p(id)
    cross join lateral (select ${select('v', readingColumns, requested)}, ${slice.cursor} as cursor
      from view_tracking v where v.clip_id = p.id and ${slice.after} order by ${slice.orderBy}
        limit ${slice.limit}) page`.execute(database(em));
  return rows;
}

export async function countReadings(
  em: EntityManager,
  clipIds: string[],
): Promise<{ parentId: string; count: bigint }[]> {
  const { rows } = await sql<{ parentId: string; count: bigint }>`
    select clip_id as parent_id, count(*) as count from view_tracking where clip_id = any(${clipIds}::uuid[])
      group by clip_id`.execute(database(em));
  return rows;
}

export async function findReadings(em: EntityManager, ids: readonly string[]): Promise<ViewTracking[]> {
  const { rows } =
    await sql<ViewTracking>`select * from view_tracking where id = any(${ids as string[]}::uuid[])`.execute(
      database(em),
    );
  return rows;
}

export async function findRunsOfRounds(
  em: EntityManager,
  roundIds: readonly string[],
): Promise<(TrackingRun & { roundId: string })[]> {
  const { rows } = await sql<TrackingRun & { roundId: string }>`
    select n.*, r.id as round_id from tracking_round r join tracking_run n on n.id = r.run_id
      where r.id = any(${roundIds as string[]}::uuid[])`.execute(database(em));
  return rows;
}
