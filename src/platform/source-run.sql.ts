import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Platform } from './platform.js';

const KNOWN_LIMIT = 1_000;

/** Writes down a run's id, and forgets those of the day before. */
export async function rememberRun(em: EntityManager, platform: Platform, id: string, now: Date): Promise<void> {
  const db = database(em);
  await sql`insert into source_run (id, platform, known_at) values (${id}, ${platform}, ${now})
    on conflict do nothing`.execute(db);
  await sql`delete from source_run where known_at < ${now}::timestamptz - interval '1 day'`.execute(db);
}

/** The newest runs whose ids are known. */
export async function findKnownRuns(em: EntityManager, platform: Platform): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from source_run where platform = ${platform} order by known_at desc limit ${KNOWN_LIMIT}`.execute(
    database(em),
  );
  return rows.map((row) => row.id);
}
