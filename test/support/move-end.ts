import { sql } from 'kysely';
import { chainHash } from '../../src/campaign/campaign-event.sql.js';
import { database, type EntityManager } from '../../src/infra/database/database.js';
import type { TestDatabase } from './test-database.js';

/**
 * Moves the end of a campaign to fixed instants: the database's clock decides what is available, and no test moves that. The
 * campaign's chain is made anew, so that every law holds afterwards.
 */
export async function moveEnd(
  { orm }: TestDatabase,
  campaignId: string,
  end: { endedAt: Date; availableAt: Date },
): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    const db = database(em as EntityManager);
    await sql`set local session_replication_role = 'replica'`.execute(db);
    await sql`update campaign set completed_at = ${end.endedAt}, earnings_available_at = ${end.availableAt} where id = ${campaignId}::uuid`.execute(
      db,
    );
    await sql`
      update campaign_event set at = ${end.endedAt}, content = content || jsonb_build_object('earningsAvailableAt', ${end.availableAt.toISOString()}::text)
      where campaign_id = ${campaignId}::uuid and type = 'ENDED'`.execute(db);
    await rechain(em as EntityManager, campaignId);
  });
}

/** Makes the hashes of a campaign's events anew, as somebody who rewrites everything would. */
export async function rechain(em: EntityManager, campaignId: string): Promise<void> {
  const db = database(em);
  const { rows: events } = await sql<{ id: string }>`
    select id from campaign_event where campaign_id = ${campaignId}::uuid order by number`.execute(db);
  let head: string | null = null;
  for (const { id } of events) {
    await sql`update campaign_event set previous_hash = ${head}::text where id = ${id}::uuid`.execute(db);
    const { rows } = await sql<{ hash: string }>`
      update campaign_event v set hash = ${chainHash('v')} where id = ${id}::uuid returning hash`.execute(db);
    head = rows[0]?.hash ?? null;
  }
  await sql`update campaign set chain_head = ${head}::text where id = ${campaignId}::uuid`.execute(db);
}
