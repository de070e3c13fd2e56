import { sql } from 'kysely';
import { database, type EntityManager } from './database.js';

/**
 * Does `work` while no other process or job does the same. The lock belongs to a connection of its own, so that it is gone
 * the moment the process is, however that ends.
 * @returns false, without having done anything, when another does it
 */
export async function whileLocked(em: EntityManager, name: string, work: () => Promise<void>): Promise<boolean> {
  return database(em.fork())
    .connection()
    .execute(async (connection) => {
      const { rows } = await sql<{
        locked: boolean;
      }>`select pg_try_advisory_lock(hashtextextended(${name}, 0)) as locked`.execute(connection);
      if (!rows[0]?.locked) return false;
      try {
        await work();
        return true;
      } finally {
        await sql`select pg_advisory_unlock(hashtextextended(${name}, 0))`.execute(connection).catch(() => undefined);
      }
    });
}
