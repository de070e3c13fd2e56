import { type RawBuilder, sql } from 'kysely';
import { allOf } from '../infra/database/conditions.js';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import { newId } from '../infra/identifier.js';
import type { AuditEvent } from './audit-event.entity.js';

export interface AuditFilter {
  subjectType?: string | null;
  subjectId?: string | null;
  actorId?: string | null;
  action?: string | null;
  /** From this instant on, and before that one. */
  from?: Date | null;
  to?: Date | null;
}

function matching({ subjectType, subjectId, actorId, action, from, to }: AuditFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [];
  if (subjectType) conditions.push(sql`e.subject_type = ${subjectType}`);
  if (subjectId) conditions.push(sql`e.subject_id = ${subjectId}::uuid`);
  if (actorId) conditions.push(sql`e.actor_id = ${actorId}::uuid`);
  if (action) conditions.push(sql`e.action = ${action}`);
  if (from) conditions.push(sql`e.at >= ${from}::timestamptz`);
  if (to) conditions.push(sql`e.at < ${to}::timestamptz`);
  return allOf(conditions);
}

export async function findAuditPage(
  em: EntityManager,
  filter: AuditFilter,
  slice: Slice,
): Promise<(AuditEvent & { cursor: string })[]> {
  const { rows } = await sql<AuditEvent & { cursor: string }>`
    select e.*, ${slice.cursor} as cursor from audit_event e
    where ${matching(filter)} and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}`.execute(database(em));
  return rows;
}

export async function findAuditEvents(em: EntityManager, ids: readonly string[]): Promise<AuditEvent[]> {
  const { rows } = await sql<AuditEvent>`select * from audit_event where id = any(${ids as string[]}::uuid[])`.execute(
    database(em),
  );
  return rows;
}

/** What is read again and again: one event an hour says enough. */
export interface HourlyAudit {
  actorId: string;
  action: string;
  subjectType: string;
  subjectIds: readonly string[];
  at: Date;
}

const HOUR_MS = 3_600_000;

/**
 * Writes an event for each subject that has none by this actor within the last hour, all in one statement. The caller's
 * transaction holds back the same actor's other calls, or two at once would both find none.
 * @see docs/domain.md V4
 */
export async function recordAuditAtMostHourly(em: EntityManager, audit: HourlyAudit): Promise<void> {
  const { actorId, action, subjectType, at } = audit;
  const subjectIds = [...new Set(audit.subjectIds)].sort();
  const db = database(em);
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${action} ${actorId}`}, 0))`.execute(db);
  await sql`
    insert into audit_event (id, actor_id, via, action, subject_type, subject_id, at)
    select n.id, ${actorId}::uuid, 'api', ${action}, ${subjectType}, n.subject_id, ${at}::timestamptz
    from unnest(${subjectIds.map(() => newId())}::uuid[], ${subjectIds}::uuid[]) n(id, subject_id)
    where not exists (
      select 1 from audit_event e where e.subject_type = ${subjectType} and e.subject_id = n.subject_id
        and e.action = ${action} and e.actor_id = ${actorId}::uuid
          and e.at > ${new Date(at.getTime() - HOUR_MS)})`.execute(db);
}

export async function countAuditEvents(em: EntityManager, filter: AuditFilter): Promise<number> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from audit_event e where ${matching(filter)}`.execute(database(em));
  return Number(rows[0]?.count);
}
