import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { ReadingOutcome } from '../platform/view-probe.js';

/** Batches of a round by their numbers, both ends included. */
export interface BatchRange {
  first: number;
  last: number;
}

/** The outcome of one clip in a batch that was read. */
export interface ClipOutcome {
  clipId: string;
  outcome: ReadingOutcome;
  readViews: bigint | null;
  /** Why there is no VALUE. */
  reason: string | null;
  strike: boolean;
  readAt: Date;
}

/** A reading to be written: an outcome with the id of its row. */
export type NewReading = Omit<ClipOutcome, 'strike'> & { readingId: string };

/** How many batches a round has: they are numbered from 1. */
export async function countBatches(em: EntityManager, roundId: string): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`
    select max(number) as last from tracking_batch where round_id = ${roundId}::uuid`.execute(database(em));
  return rows[0]?.last ?? 0;
}

/**
 * The outcomes of the clips in some batches of a round. It is a part of a statement: the settlement joins it with what
 * it knows of these clips, and a round costs one statement less.
 */
export function outcomesOfBatches(roundId: string, batches: BatchRange): RawBuilder<ClipOutcome> {
  return sql<ClipOutcome>`
    select a.clip_id, a.outcome, a.views as read_views, a.reason, a.strike, b.read_at
    from tracking_batch b
    cross join lateral unnest(b.clip_ids, b.outcomes, b.views, b.reasons, b.strikes)
      a(clip_id, outcome, views, reason, strike)
    where b.round_id = ${roundId}::uuid and b.number between ${batches.first} and ${batches.last}
      and b.read_at is not null`;
}

/**
 * Writes readings. It runs before their clips are updated: a reading gains what it rises above the clip's mark.
 * @see docs/domain.md T7
 */
export async function insertReadings(
  em: EntityManager,
  roundId: string,
  readings: readonly NewReading[],
): Promise<void> {
  await sql`
    insert into view_tracking (id, clip_id, round_id, tracked_at, outcome, views, reason, gained)
    select r.id, r.clip_id, ${roundId}::uuid, r.at, r.outcome, r.views, r.reason,
      case r.outcome when 'VALUE' then greatest(r.views - k.views, 0) else 0 end
    from unnest(
      ${readings.map((each) => each.readingId)}::uuid[], ${readings.map((each) => each.clipId)}::uuid[],
      ${readings.map((each) => each.readAt)}::timestamptz[], ${readings.map((each) => each.outcome)}::text[],
      ${readings.map((each) => each.readViews)}::bigint[], ${readings.map((each) => each.reason)}::text[])
      r(id, clip_id, at, outcome, views, reason)
    join clip k on k.id = r.clip_id`.execute(database(em));
}

/** Deletes the batches of a round that is settled: their answers are readings now. */
export async function deleteBatches(em: EntityManager, roundId: string): Promise<void> {
  await sql`delete from tracking_batch where round_id = ${roundId}::uuid`.execute(database(em));
}
