import { sql } from 'kysely';
import { database, type EntityManager } from '../database/database.js';

/** Takes a slot of a job; false when another instance has. A second try waits for the first to commit. */
export async function takeJobSlot(em: EntityManager, job: string, slot: Date, now: Date): Promise<boolean> {
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
