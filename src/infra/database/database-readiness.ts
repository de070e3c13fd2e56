import { sql } from 'kysely';
import { database, isMigrated, type MikroORM } from './database.js';

/** Why the database cannot serve: read-only, or without a migration of this build; undefined when it can. */
export async function whyDatabaseNotReady(orm: MikroORM): Promise<string | undefined> {
  const { rows } = await sql<{ readOnly: boolean }>`
    select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as read_only`.execute(
    database(orm.em.fork()),
  );
  if (rows[0]?.readOnly) return 'the database is read-only';
  return (await isMigrated(orm)) ? undefined : 'migrations are pending';
}
