import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';

/** Any fixed number: calls of outside schedulers wait for each other on it. */
const SCHEDULE_LOCK = 4_711_202_612;

/** Takes a slot, under the schedule's lock; false when another instance has. */
export async function claimSlot(em: EntityManager, slot: Date, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into tracking_slot (slot, decided_at) values (${slot}, ${now}) on conflict (slot) do nothing`.execute(
    database(em),
  );
  return numAffectedRows === 1n;
}

export async function recordSlotRun(em: EntityManager, slot: Date, runId: string): Promise<void> {
  await sql`update tracking_slot set run_id = ${runId}::uuid where slot = ${slot}`.execute(database(em));
}

/** The newest slot that was decided. */
export async function findLastSlot(em: EntityManager): Promise<Date | null> {
  const { rows } = await sql<{ slot: Date | null }>`select max(slot) as slot from tracking_slot`.execute(database(em));
  return rows[0]?.slot ?? null;
}

/** Until the transaction ends, nobody else plans a scheduled run. */
export async function lockSchedule(em: EntityManager): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SCHEDULE_LOCK})`.execute(database(em));
}
