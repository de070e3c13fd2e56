import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { CampaignEvent } from './campaign-event.entity.js';

/**
 * The hash of an event, in a row of the given name: its content and the hash before it. One definition for writing it
 * and for checking it. jsonb has one text for one value, whatever order its keys were given in. Version 1 is the first
 * edition's text; from version 2 on the text begins with the version, so that no event passes for one of another
 * version.
 * @see docs/domain.md V5
 */
export function chainHash(row: string): RawBuilder<string> {
  const of = (column: string) => sql.raw(`${row}.${column}`);
  const at = sql`(extract(epoch from ${of('at')}) * 1000)::bigint`;
  const version = sql`case when ${of('version')} > 1 then ${of('version')} end`;
  const text = sql`concat_ws('|', ${version}, ${of('campaign_id')}, ${of('number')}, ${of('type')},
    ${of('content')}::text, ${at}, coalesce(${of('previous_hash')}, 'start'))`;
  return sql<string>`encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;
}

/** Inserts the event with its hash, which is computed where it will be checked: in the database. */
export async function insertCampaignEvent(em: EntityManager, event: Omit<CampaignEvent, 'hash'>): Promise<string> {
  const hash = chainHash('e');
  const { rows } = await sql<{ hash: string }>`
    insert into campaign_event (id, campaign_id, number, version, type, content, at, previous_hash, hash)
    select e.*, ${hash}
    from (select ${event.id}::uuid as id, ${event.campaignId}::uuid as campaign_id, ${event.number}::int as number,
      ${event.version}::int as version, ${event.type}::text as type,
                 ${JSON.stringify(event.content)}::jsonb as content, ${event.at}::timestamptz(3) as at,
                   ${event.previousHash}::text as previous_hash) e
    returning hash`.execute(database(em));
  return rows[0]?.hash ?? '';
}

/**
 * The digest of the clips that took part in an event's round without a reading of it; null where there are none. One
 * definition for writing it and for checking it.
 * @see docs/domain.md V5
 */
export const withoutReadingDigest = (eventId: RawBuilder<unknown>): RawBuilder<string | null> => sql<string | null>`(
  select encode(sha256(convert_to(array_to_string(listed.clip_ids, ','), 'UTF8')), 'hex')
  from clips_without_reading listed where listed.event_id = ${eventId})`;

/**
 * Stores the clips that took part in a round without a reading, in the order of ids. @returns their digest; null for
 * none
 */
export async function insertClipsWithoutReading(
  em: EntityManager,
  eventId: string,
  clipIds: readonly string[],
): Promise<string | null> {
  if (clipIds.length === 0) return null;
  const db = database(em);
  await sql`insert into clips_without_reading (event_id, clip_ids)
    values (${eventId}::uuid, ${clipIds.toSorted()}::uuid[])`.execute(db);
  const { rows } = await sql<{
    digest: string;
  }>`select ${withoutReadingDigest(sql`${eventId}::uuid`)} as digest`.execute(db);
  return rows[0]?.digest ?? null;
}
