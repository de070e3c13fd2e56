import { type RawBuilder, sql } from 'kysely';
import type { Slice } from '../infra/connection.js';
import { database, type EntityManager } from '../infra/database.js';
import type { EarningEntry } from './earning-entry.entity.js';

/** A page of the entries of each of many clips. */
export async function findEntryPages(
  em: EntityManager,
  clipIds: string[],
  slice: Slice,
): Promise<(EarningEntry & { parentId: string; cursor: string })[]> {
  const { rows } = await sql<EarningEntry & { parentId: string; cursor: string }>`
    select p.id as parent_id, page.* from unnest(${clipIds}::uuid[]) p(id)
    cross join lateral (select e.*, ${slice.cursor} as cursor from earning_entry e where e.clip_id = p.id and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}) page`.execute(
    database(em),
  );
  return rows;
}

export async function countEntries(
  em: EntityManager,
  clipIds: string[],
): Promise<{ parentId: string; count: bigint }[]> {
  return counts(em, sql`earning_entry`, clipIds);
}

async function counts(
  em: EntityManager,
  table: RawBuilder<unknown>,
  clipIds: string[],
): Promise<{ parentId: string; count: bigint }[]> {
  const { rows } = await sql<{ parentId: string; count: bigint }>`
    select clip_id as parent_id, count(*) as count from ${table} where clip_id = any(${clipIds}::uuid[]) group by clip_id`.execute(
    database(em),
  );
  return rows;
}
