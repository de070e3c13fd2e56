import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';

/** Whose timeline: of campaigns, of clippers, or that of the installation. */
export type TimelineOf = 'campaign_id' | 'clipper_id' | 'platform';

export interface TimelineDay {
  /** Null for the platform. */
  parentId: string | null;
  /** YYYY-MM-DD, UTC. */
  day: string;
  earnings: bigint;
  viewsGained: bigint;
  submissions: number;
}

const dayOf = (instant: RawBuilder<unknown>) => sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD')`;

/**
 * What happened on each day that has something, from entries, readings and submissions themselves. Views are those of
 * approved clips; a reversal is negative on its own day.
 * @param from first day, `to` last day, both included
 * @see docs/domain.md B5
 */
export async function findTimelineDays(
  em: EntityManager,
  of: TimelineOf,
  parentIds: readonly string[],
  { from, to }: { from: string; to: string },
): Promise<TimelineDay[]> {
  const parent = (table: string) => (of === 'platform' ? sql`null::uuid` : sql.ref(`${table}.${of}`));
  const mine = (table: string) =>
    of === 'platform' ? sql`true` : sql`${sql.ref(`${table}.${of}`)} = any(${parentIds as string[]}::uuid[])`;
  const within = (instant: RawBuilder<unknown>) =>
    sql`${instant} >= ${from}::date::timestamp at time zone 'UTC' and ${instant} < (${to}::date + 1)::timestamp at time
      zone 'UTC'`;
  const { rows } = await sql<TimelineDay>`
    select parent_id, day, sum(earnings)::bigint as earnings, sum(views_gained)::bigint as views_gained,
      sum(submissions)::int as submissions
    from (
      select ${parent('k')} as parent_id, ${dayOf(sql`e.created_at`)} as day, sum(e.amount) as earnings,
        0 as views_gained, 0 as submissions
      from clip k join earning_entry e on e.clip_id = k.id where ${mine('k')} and ${within(sql`e.created_at`)}
        group by 1, 2
      union all
      select ${parent('k')}, ${dayOf(sql`v.tracked_at`)}, 0, sum(v.gained), 0
      from clip k join view_tracking v on v.clip_id = k.id where k.state <> 'REVOKED' and ${mine('k')}
        and ${within(sql`v.tracked_at`)} group by 1, 2
      union all
      select ${parent('s')}, ${dayOf(sql`s.submitted_at`)}, 0, 0, count(*)
      from clip_submission s where ${mine('s')} and ${within(sql`s.submitted_at`)} group by 1, 2) d
    group by 1, 2`.execute(database(em));
  return rows;
}
