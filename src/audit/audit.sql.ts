import { type RawBuilder, sql } from 'kysely';
import { allOf } from '../infra/database/conditions.js';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import type { AuditEvent } from './audit-event.entity.js';

export interface AuditFilter {
  subjectType?: string | null;
  subjectId?: string | null;
  actorId?: string | null;
}

function matching({ subjectType, subjectId, actorId }: AuditFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [];
  if (subjectType) conditions.push(sql`e.subject_type = ${subjectType}`);
  if (subjectId) conditions.push(sql`e.subject_id = ${subjectId}::uuid`);
  if (actorId) conditions.push(sql`e.actor_id = ${actorId}::uuid`);
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

export async function countAuditEvents(em: EntityManager, filter: AuditFilter): Promise<number> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from audit_event e where ${matching(filter)}`.execute(database(em));
  return Number(rows[0]?.count);
}
