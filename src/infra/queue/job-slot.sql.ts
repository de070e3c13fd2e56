import { sql } from 'kysely';
import type { Clock } from '../../shared/clock.js';
import { database, type EntityManager } from '../database/database.js';
import { databaseNow } from '../database/database-clock.js';

/**
 * Takes a slot of a job; false when another instance has, or when it is in the future by the database's clock. A second
 * try waits for the first to commit.
 */
export async function takeJobSlot(em: EntityManager, job: string, slot: Date, clock: Clock): Promise<boolean> {
  const now = await databaseNow(em, clock);
  if (slot > now) return false;
  const { numAffectedRows } = await sql`
    insert into job_slot (job, slot, taken_at) values (${job}, ${slot}, ${now}) on conflict do nothing`.execute(
    database(em),
  );
  return numAffectedRows === 1n;
}

/** The newest slot of a job that was taken; null when there never was one. */
export async function findLastJobSlot(em: EntityManager, job: string): Promise<Date | null> {
  const { rows } = await sql<{ slot: Date | null }>`select max(slot) as slot from job_slot where job = ${job}`.execute(
    database(em),
  );
  return rows[0]?.slot ?? null;
}
