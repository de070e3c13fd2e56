import { sql } from 'kysely';
import { database, type EntityManager } from '../../infra/database/database.js';
import { newId } from '../../infra/identifier.js';
import { type BatchRange, outcomesOfBatches } from '../../tracking/settled-batches.sql.js';
import type { Share } from './allotment.rules.js';
import type { ClipAfter, RoundClip } from './settlement.rules.js';

const SETTLEMENT_TIMEOUT_MS = 300_000;

export interface SettledClip extends RoundClip {
  /** Why there is no VALUE. */
  reason: string | null;
}

/** A settlement of very many clips takes longer than an ordinary statement may. */
export async function allowTime(em: EntityManager): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(SETTLEMENT_TIMEOUT_MS)}, true)`.execute(database(em));
}

/**
 * The clips of some batches of a round with their outcomes; those revoked since are left out.
 * @see docs/domain.md T6
 */
export async function findRoundClips(em: EntityManager, roundId: string, batches: BatchRange): Promise<SettledClip[]> {
  const { rows } = await sql<Omit<SettledClip, 'readingId'>>`
    select k.id as clip_id, s.initial_views, k.views, s.cpm, s.min_views, s.max_earnings, k.earnings, k.state,
           o.outcome, o.read_views, o.reason, o.read_at, o.strike,
           k.failures, k.last_value_at, k.approved_at, k.suspect_views, k.mark_reading_id
    from (${outcomesOfBatches(roundId, batches)}) o
    join clip k on k.id = o.clip_id join clip_submission s on s.id = k.submission_id
    where k.state <> 'REVOKED' order by k.id`.execute(database(em));
  return rows.map((row) => ({ ...row, readingId: newId() }));
}

/** How many rounds of a campaign in a row, the newest first, were abandoned because a clip was missing. */
export async function countBudgetWaits(em: EntityManager, campaignId: string): Promise<number> {
  const { rows } = await sql<{ waits: bigint }>`
    select count(*) as waits from tracking_round r
    where r.campaign_id = ${campaignId}::uuid and r.abandon_cause = 'BUDGET_NEEDS_EVERY_CLIP'
      and r.finished_at > coalesce((select max(o.finished_at) from tracking_round o
        where o.campaign_id = r.campaign_id and o.abandon_cause is distinct from 'BUDGET_NEEDS_EVERY_CLIP'),
          '-infinity')`.execute(database(em));
  return Number(rows[0]?.waits);
}

/** Whose clips these are, and their links. */
export async function findClipOwners(
  em: EntityManager,
  clipIds: readonly string[],
): Promise<{ clipperId: string; submissionId: string; canonicalUrl: string }[]> {
  const { rows } = await sql<{ clipperId: string; submissionId: string; canonicalUrl: string }>`
    select k.clipper_id, k.submission_id, s.canonical_url from clip k join clip_submission s on s.id = k.submission_id
    where k.id = any(${clipIds as string[]}::uuid[]) order by k.id`.execute(database(em));
  return rows;
}

/** What a round makes of one clip, and pays it: 0 for nothing. */
export interface PaidClip extends ClipAfter {
  share: Pick<Share, 'amount' | 'cap'> | null;
}

/**
 * Clips after their readings, what they are paid, and an entry for it, in one statement: a clip's row is written once.
 * The totals follow by the database's trigger. An entry begins where the clip's last accrual ended.
 * @see docs/domain.md T11, T14
 */
export async function payClips(
  em: EntityManager,
  ids: { roundId: string; eventId: string },
  clips: readonly PaidClip[],
  at: Date,
): Promise<void> {
  await sql`
    with given as (
      select * from unnest(
        ${clips.map((each) => each.clipId)}::uuid[], ${clips.map((each) => each.state)}::text[],
        ${clips.map((each) => each.views)}::bigint[], ${clips.map((each) => each.markReadingId)}::uuid[],
        ${clips.map((each) => each.readAt)}::timestamptz[], ${clips.map((each) => each.outcome)}::text[],
        ${clips.map((each) => each.lastValueAt)}::timestamptz[], ${clips.map((each) => each.suspectViews)}::bigint[],
        ${clips.map((each) => each.failures)}::int[], ${clips.map((each) => each.share?.amount ?? 0n)}::bigint[],
        ${clips.map((each) => each.share?.cap ?? null)}::text[],
        ${clips.map((each) => (each.share ? newId() : null))}::uuid[])
        g(id, state, views, mark_reading_id, read_at, outcome, last_value_at, suspect_views, failures, amount, cap,
          entry_id)),
    entry as (
      insert into earning_entry (id, clip_id, event_id, round_id, reading_id, amount, reason, cap, from_views, to_views,
        cpm, created_at)
      select g.entry_id, g.id, ${ids.eventId}::uuid, ${ids.roundId}::uuid, g.mark_reading_id, g.amount, 'ACCRUAL',
        g.cap, coalesce(e.to_views, s.initial_views), g.views, s.cpm, ${at}
      from given g join clip k on k.id = g.id join clip_submission s on s.id = k.submission_id
      left join lateral (
        select max(a.to_views) as to_views from earning_entry a where a.clip_id = g.id and a.reason = 'ACCRUAL') e
          on true
      where g.entry_id is not null)
    update clip k set state = g.state, views = g.views, mark_reading_id = g.mark_reading_id,
      last_tracked_at = g.read_at, last_outcome = g.outcome, last_value_at = g.last_value_at,
      suspect_views = g.suspect_views, failures = g.failures, earnings = k.earnings + g.amount
    from given g where k.id = g.id`.execute(database(em));
}
