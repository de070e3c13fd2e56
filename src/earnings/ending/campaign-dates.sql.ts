import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../../infra/database/database.js';

/** Campaigns looked at in one pass; the next minute goes on. */
const PASS_LIMIT = 200;

export async function findDueStarts(em: EntityManager, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from campaign where status = 'SCHEDULED' and coalesce(starts_at, '-infinity') <= ${now} order by id
      limit ${PASS_LIMIT}`.execute(database(em));
  return rows.map((row) => row.id);
}

const dueToEnd = (now: Date): RawBuilder<boolean> => sql<boolean>`
  c.status in ('ACTIVE', 'PAUSED') and c.ends_at <= ${now}
      and (c.ends_at <= ${now}::timestamptz - interval '24 hours'
        or (not exists (select 1 from clip k where k.campaign_id = c.id and k.state = 'LIVE')
          and not exists (select 1 from tracking_round r where r.campaign_id = c.id
            and r.status in ('PENDING', 'READING'))))`;

/** Whether a campaign is one of them. @see findDueEnds */
export async function isDueToEnd(em: EntityManager, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql`select 1 from campaign c where c.id = ${id}::uuid and ${dueToEnd(now)}`.execute(
    database(em),
  );
  return rows.length > 0;
}

/**
 * Open campaigns past their end that end on what has been settled: no clip to read and none being read, or a day
 * without their last round settled.
 * @see docs/domain.md C6
 */
export async function findDueEnds(em: EntityManager, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from campaign c where ${dueToEnd(now)} order by c.id limit ${PASS_LIMIT}`.execute(database(em));
  return rows.map((row) => row.id);
}

/** Rounds planned before an instant that are not finished. @see docs/domain.md T12 */
export async function findUnfinishedRounds(em: EntityManager, plannedBefore: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from tracking_round where status in ('PENDING', 'READING') and planned_at <= ${plannedBefore} order by id
      limit ${PASS_LIMIT}`.execute(database(em));
  return rows.map((row) => row.id);
}
