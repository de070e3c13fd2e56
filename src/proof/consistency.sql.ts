import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { ConsistencyReport } from './consistency-report.entity.js';

/** As many as anybody looks back to. */
const REPORTS_KEPT = 100;

/** The newest report that was finished. */
export async function findLastReport(em: EntityManager): Promise<ConsistencyReport | undefined> {
  const { rows } =
    await sql<ConsistencyReport>`select * from consistency_report order by checked_at desc limit 1`.execute(
      database(em),
    );
  return rows[0];
}

/** Keeps a report, and forgets the oldest. */
export async function storeReport(
  em: EntityManager,
  { id, checkedAt, finishedAt, laws }: ConsistencyReport,
): Promise<void> {
  const db = database(em);
  await sql`insert into consistency_report (id, checked_at, finished_at, laws)
    values (${id}::uuid, ${checkedAt}, ${finishedAt}, ${JSON.stringify(laws)}::jsonb)`.execute(db);
  await sql`
    delete from consistency_report where checked_at < (
      select min(checked_at) from (select checked_at from consistency_report order by checked_at desc
        limit ${sql.lit(REPORTS_KEPT)}) kept)`.execute(db);
}
