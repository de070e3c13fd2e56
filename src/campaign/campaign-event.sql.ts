import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { CampaignEvent } from './campaign-event.entity.js';

/**
 * The hash of an event, in a row of the given name: its content and the hash before it. One definition for writing it and for checking it.
 * jsonb has one text for one value, whatever order its keys were given in.
 * @see docs/domain.md V5
 */
export function chainHash(row: string): RawBuilder<string> {
  const of = (column: string) => sql.raw(`${row}.${column}`);
  const at = sql`(extract(epoch from ${of('at')}) * 1000)::bigint`;
  const text = sql`concat_ws('|', ${of('campaign_id')}, ${of('number')}, ${of('type')}, ${of('content')}::text, ${at}, coalesce(${of('previous_hash')}, 'start'))`;
  return sql<string>`encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;
}

/** Inserts the event with its hash, which is computed where it will be checked: in the database. */
export async function insertCampaignEvent(em: EntityManager, event: Omit<CampaignEvent, 'hash'>): Promise<string> {
  const hash = chainHash('e');
  const { rows } = await sql<{ hash: string }>`
    insert into campaign_event (id, campaign_id, number, type, content, at, previous_hash, hash)
    select e.*, ${hash}
    from (select ${event.id}::uuid as id, ${event.campaignId}::uuid as campaign_id, ${event.number}::int as number, ${event.type}::text as type,
                 ${JSON.stringify(event.content)}::jsonb as content, ${event.at}::timestamptz(3) as at, ${event.previousHash}::text as previous_hash) e
    returning hash`.execute(database(em));
  return rows[0]?.hash ?? '';
}
