import { type RawBuilder, sql } from 'kysely';
import { allOf } from '../infra/database/conditions.js';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import { type Columns, select } from '../infra/graphql/requested-columns.js';
import type { Clip } from './clip.entity.js';
import { ClipState } from './submission.enums.js';

/** @see fieldsOfNodes */
export const clipColumns: Columns<Clip> = {
  always: ['id', 'submissionId', 'campaignId', 'clipperId', 'views'],
  onDemand: ['state', 'earnings', 'lastTrackedAt'],
};

export async function findClipsByIds(em: EntityManager, ids: readonly string[]): Promise<Clip[]> {
  const { rows } = await sql<Clip>`select * from clip where id = any(${ids as string[]}::uuid[])`.execute(database(em));
  return rows;
}

export interface ClipFilter {
  state?: ClipState | null;
  campaignId?: string | null;
  /** Whether its newest reading is SUSPECT. */
  suspect?: boolean | null;
}

function matching({ state, campaignId, suspect }: ClipFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [];
  if (state) conditions.push(sql`k.state = ${state}`);
  if (campaignId) conditions.push(sql`k.campaign_id = ${campaignId}::uuid`);
  if (suspect === true) conditions.push(sql`k.last_outcome = 'SUSPECT'`);
  if (suspect === false) conditions.push(sql`k.last_outcome is distinct from 'SUSPECT'`);
  return allOf(conditions);
}

export async function findClipPage(
  em: EntityManager,
  filter: ClipFilter,
  slice: Slice,
  requested: string[],
): Promise<(Clip & { cursor: string })[]> {
  const { rows } = await sql<Clip & { cursor: string }>`
    select ${select('k', clipColumns, requested)}, ${slice.cursor} as cursor from clip k
    where ${matching(filter)} and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}`.execute(database(em));
  return rows;
}

/**
 * Most clips are LIVE and not suspect: the others are counted by their indexes, all of them by the totals that the
 * database keeps, so that no count looks at every clip.
 */
export async function countClips(em: EntityManager, filter: ClipFilter): Promise<number> {
  const { state, suspect, campaignId } = filter;
  const counted = async (others: ClipFilter) => {
    const { rows } = await sql<{
      count: bigint;
    }>`select count(*) as count from clip k where ${matching({ campaignId, ...others })}`.execute(database(em));
    return Number(rows[0]?.count);
  };
  if (suspect === true) return counted({ state, suspect });
  const suspects = suspect === false ? await counted({ state, suspect: true }) : 0;
  if (state && state !== ClipState.LIVE) return (await counted({ state })) - suspects;
  const { rows } = await sql<{ count: bigint }>`
    select coalesce(sum(clip_count), 0)::bigint as count from campaign_totals
    where ${campaignId ?? null}::uuid is null or campaign_id = ${campaignId ?? null}::uuid`.execute(database(em));
  const approved = Number(rows[0]?.count);
  if (state) return approved - (await counted({ state: ClipState.UNAVAILABLE })) - suspects;
  return approved + (await counted({ state: ClipState.REVOKED })) - suspects;
}
