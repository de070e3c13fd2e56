import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../../infra/database/database.js';

/**
 * One hash over the entries of an event in the order of clip ids, with the readings they name: it goes into the event's
 * content, and by that into the campaign's chain. One definition for writing it and for checking it.
 * @see docs/domain.md V5
 */
export function entriesDigest(eventId: RawBuilder<unknown>): RawBuilder<string | null> {
  const text = sql`concat_ws(',', entry.clip_id, entry.reason, entry.cap, entry.amount, entry.from_views,
    entry.to_views, entry.cpm,
    coalesce(entry.round_id::text, '-'), coalesce(reading.id::text, '-'), coalesce(reading.outcome, '-'),
      coalesce(reading.views::text, '-'))`;
  return sql<string | null>`(
    select encode(sha256(convert_to(string_agg(${text}, ';' order by entry.clip_id, entry.id), 'UTF8')), 'hex')
    from earning_entry entry left join view_tracking reading on reading.id = entry.reading_id
      where entry.event_id = ${eventId})`;
}

/** The hash of the entries written for an event; null for none. */
export async function digestOf(em: EntityManager, eventId: string): Promise<string | null> {
  const { rows } = await sql<{
    digest: string | null;
  }>`select ${entriesDigest(sql`${eventId}::uuid`)} as digest`.execute(database(em));
  return rows[0]?.digest ?? null;
}
