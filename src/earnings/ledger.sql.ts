import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database.js';

/**
 * One hash over the entries of an event in the order of clip ids, with the readings they name: it goes into the event's
 * content, and by that into the campaign's chain. One definition for writing it and for checking it.
 * @see docs/domain.md V5
 */
export function entriesDigest(eventId: RawBuilder<unknown>): RawBuilder<string | null> {
  const entry = sql`concat_ws(',', e.clip_id, e.reason, e.cap, e.amount, e.from_views, e.to_views, e.cpm, coalesce(e.round_id::text, '-'),
    coalesce(v.id::text, '-'), coalesce(v.outcome, '-'), coalesce(v.views::text, '-'))`;
  return sql<
    string | null
  >`(select encode(sha256(convert_to(string_agg(${entry}, ';' order by e.clip_id, e.id), 'UTF8')), 'hex')
    from earning_entry e left join view_tracking v on v.id = e.reading_id where e.event_id = ${eventId})`;
}

/** The hash of the entries written for an event; null for none. */
export async function digestOf(em: EntityManager, eventId: string): Promise<string | null> {
  const { rows } = await sql<{
    digest: string | null;
  }>`select ${entriesDigest(sql`${eventId}::uuid`)} as digest`.execute(database(em));
  return rows[0]?.digest ?? null;
}
