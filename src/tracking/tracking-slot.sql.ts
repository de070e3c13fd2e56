import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import { databaseNow } from '../infra/database/database-clock.js';
import { findLastJobSlot, takeJobSlot } from '../infra/queue/job-slot.sql.js';
import type { Clock } from '../shared/clock.js';

/** Any fixed number: calls of outside schedulers wait for each other on it. */
const SCHEDULE_LOCK = 4_711_202_612;

/** The name of the tracking job in job_slot. */
export const VIEW_TRACKING = 'view-tracking';

/**
 * Takes a slot, under the schedule's lock; false when another instance has, or when it is in the future by the database's
 * clock. It is taken in two tables until 0.3.0: version 0.1.0 knows `tracking_slot` alone, and may run beside this one.
 * @see docs/domain.md T13
 */
export async function claimSlot(em: EntityManager, slot: Date, clock: Clock): Promise<boolean> {
  if (!(await takeJobSlot(em, VIEW_TRACKING, slot, clock))) return false;
  const { numAffectedRows } = await sql`
    insert into tracking_slot (slot, decided_at) values (${slot}, ${await databaseNow(em, clock)})
    on conflict (slot) do nothing`.execute(database(em));
  return numAffectedRows === 1n;
}

export async function recordSlotRun(em: EntityManager, slot: Date, runId: string): Promise<void> {
  await sql`update tracking_slot set run_id = ${runId}::uuid where slot = ${slot}`.execute(database(em));
}

/** The newest slot that was decided, by this version or by 0.1.0 beside it. */
export async function findLastSlot(em: EntityManager): Promise<Date | null> {
  const { rows } = await sql<{ slot: Date | null }>`select max(slot) as slot from tracking_slot`.execute(database(em));
  const [old, own] = [rows[0]?.slot ?? null, await findLastJobSlot(em, VIEW_TRACKING)];
  return old && own ? (old > own ? old : own) : (old ?? own);
}

/** Until the transaction ends, nobody else plans a scheduled run. */
export async function lockSchedule(em: EntityManager): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SCHEDULE_LOCK})`.execute(database(em));
}
