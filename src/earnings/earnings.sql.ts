import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import { type Columns, select } from '../infra/graphql/requested-columns.js';
import type { EarningEntry } from './settlement/earning-entry.entity.js';

/** @see fieldsOfNodes */
export const entryColumns: Columns<EarningEntry> = {
  always: ['id', 'clipId', 'roundId', 'readingId', 'reason', 'toViews'],
  onDemand: ['amount', 'cap', 'fromViews', 'cpm', 'createdAt'],
};

export async function findEntries(em: EntityManager, ids: readonly string[]): Promise<EarningEntry[]> {
  const { rows } =
    await sql<EarningEntry>`select * from earning_entry where id = any(${ids as string[]}::uuid[])`.execute(
      database(em),
    );
  return rows;
}

/** A page of the entries of each of many clips. */
export async function findEntryPages(
  em: EntityManager,
  clipIds: string[],
  slice: Slice,
  requested: string[],
): Promise<(EarningEntry & { parentId: string; cursor: string })[]> {
  const { rows } = await sql<EarningEntry & { parentId: string; cursor: string }>`
    select p.id as "parentId", page.* from unnest(${clipIds}::uuid[]) p(id)
    cross join lateral (select ${select('e', entryColumns, requested)}, ${slice.cursor} as cursor from earning_entry e
      where e.clip_id = p.id and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}) page`.execute(
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
    select clip_id as parent_id, count(*) as count from ${table} where clip_id = any(${clipIds}::uuid[])
      group by clip_id`.execute(database(em));
  return rows;
}

/**
 * For each of these accruals, the reading that set where it begins; null where that is the baseline.
 * @see docs/domain.md T14
 */
export async function findFromReadings(
  em: EntityManager,
  entryIds: readonly string[],
): Promise<{ entryId: string; readingId: string | null; initialViews: bigint }[]> {
  const { rows } = await sql<{ entryId: string; readingId: string | null; initialViews: bigint }>`
    select e.id as entry_id, before.reading_id, s.initial_views
    from earning_entry e join campaign_event v on v.id = e.event_id join clip k on k.id = e.clip_id
      join clip_submission s on s.id = k.submission_id
    left join lateral (
      select b.reading_id from earning_entry b join campaign_event w on w.id = b.event_id
      where b.clip_id = e.clip_id and b.reason = 'ACCRUAL' and w.number < v.number order by w.number desc
        limit 1) before on true
    where e.id = any(${entryIds as string[]}::uuid[])`.execute(database(em));
  return rows;
}
