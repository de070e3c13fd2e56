import { sql } from 'kysely';
import type { CampaignEvent } from '../campaign/campaign-event.entity.js';
import { database, type EntityManager } from '../infra/database/database.js';
import type { ReplayedEntry } from './replay.rules.js';

const TIMEOUT_MS = 600_000;

/** A replay of very much data takes longer than an ordinary statement may. */
export async function allowTime(em: EntityManager): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true)`.execute(database(em));
}

export async function findCampaignIds(em: EntityManager, after: string | null, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from campaign where ${after}::uuid is null or id > ${after}::uuid order by id limit ${limit}`.execute(
    database(em),
  );
  return rows.map((row) => row.id);
}

/** A campaign's events in the order of their numbers. */
export async function findEvents(
  em: EntityManager,
  campaignId: string,
  after: number,
  limit: number,
): Promise<Pick<CampaignEvent, 'id' | 'number' | 'version' | 'type' | 'content' | 'at'>[]> {
  const { rows } = await sql<CampaignEvent>`
    select id, number, version, type, content, at from campaign_event
    where campaign_id = ${campaignId}::uuid and number > ${after} order by number limit ${limit}`.execute(database(em));
  return rows;
}

/** A round's readings in the order of clip ids; the count of a VALUE, null for anything else. */
export async function findReadings(
  em: EntityManager,
  roundId: string,
  after: string | null,
  limit: number,
): Promise<{ clipId: string; views: bigint | null }[]> {
  const { rows } = await sql<{ clipId: string; views: bigint | null }>`
    select clip_id, case outcome when 'VALUE' then views end as views from view_tracking
    where round_id = ${roundId}::uuid and (${after}::uuid is null or clip_id > ${after}::uuid) order by clip_id
      limit ${limit}`.execute(database(em));
  return rows;
}

/** The clips that took part in a round without a reading of it. @see docs/domain.md V5 */
export async function findClipsWithoutReading(em: EntityManager, eventId: string): Promise<string[]> {
  const { rows } = await sql<{ clipIds: string[] }>`
    select clip_ids from clips_without_reading where event_id = ${eventId}::uuid`.execute(database(em));
  return rows[0]?.clipIds ?? [];
}

/** The entries of an event. */
export async function findEntries(em: EntityManager, eventId: string): Promise<ReplayedEntry[]> {
  const { rows } = await sql<ReplayedEntry>`
    select clip_id, amount, reason, cap, from_views, to_views, cpm from earning_entry
      where event_id = ${eventId}::uuid`.execute(database(em));
  return rows;
}

/** What is stored of a campaign's clips, in the order of ids. */
export async function findClips(
  em: EntityManager,
  campaignId: string,
  after: string | null,
  limit: number,
): Promise<{ id: string; earnings: bigint; views: bigint }[]> {
  const { rows } = await sql<{ id: string; earnings: bigint; views: bigint }>`
    select id, earnings, views from clip
    where campaign_id = ${campaignId}::uuid and (${after}::uuid is null or id > ${after}::uuid) order by id
      limit ${limit}`.execute(database(em));
  return rows;
}
