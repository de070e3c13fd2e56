import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import type { Video } from '../platform/link.rules.js';
import type { Candidate } from './plan.rules.js';
import type { ClipMark } from './reading.rules.js';
import type { TrackingRound } from './tracking-round.entity.js';
import type { TrackingRun } from './tracking-run.entity.js';

/** Clips a round reads: LIVE ones, and once a day those UNAVAILABLE. @see docs/domain.md T8 */
const dueClips = (now: Date): RawBuilder<boolean> =>
  sql<boolean>`(k.state = 'LIVE' or (k.state = 'UNAVAILABLE' and (k.last_tracked_at is null
    or k.last_tracked_at <= ${now}::timestamptz - interval '23 hours')))`;

/**
 * Campaigns that could get a round now: ACTIVE, or open and past their end; with clips to read and no unfinished round.
 */
export async function findCandidates(em: EntityManager, now: Date, campaignId?: string): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select c.id as campaign_id, c.title, clips.live_clips::int as live_clips, clips.has_untried_clips,
           last.at as last_round_at, coalesce(last.at, clips.first_approved_at) as waiting_since,
           coalesce(c.ends_at <= ${now}, false) as past_end
    from campaign c
    cross join lateral (
      select count(*) as due, count(*) filter (where k.state = 'LIVE') as live_clips,
             coalesce(bool_or(k.last_tracked_at is null), false) as has_untried_clips,
             min(k.approved_at) as first_approved_at
      from clip k where k.campaign_id = c.id and ${dueClips(now)}) clips
    left join lateral (
      select max(r.finished_at) as at from tracking_round r
      where r.campaign_id = c.id and r.status in ('SETTLED', 'ABANDONED', 'FAILED')) last on true
    where (c.status = 'ACTIVE' or (c.status = 'PAUSED' and c.ends_at <= ${now})) and clips.due > 0
      and not exists (select 1 from tracking_round r where r.campaign_id = c.id and r.status in ('PENDING', 'READING'))
      ${campaignId ? sql`and c.id = ${campaignId}::uuid` : sql``}`.execute(database(em));
  return rows;
}

/** The run that holds a campaign's unfinished round. */
export async function findHoldingRun(em: EntityManager, campaignId: string): Promise<TrackingRun | undefined> {
  const { rows } = await sql<TrackingRun>`
    select n.* from tracking_run n join tracking_round r on r.run_id = n.id
    where r.campaign_id = ${campaignId}::uuid and r.status in ('PENDING', 'READING')`.execute(database(em));
  return rows[0];
}

/** Rounds for campaigns that no other run has taken meanwhile; answers those made. */
export async function insertRounds(
  em: EntityManager,
  runId: string,
  rounds: { id: string; campaignId: string }[],
  now: Date,
): Promise<{ id: string; campaignId: string }[]> {
  const { rows } = await sql<{ id: string; campaignId: string }>`
    insert into tracking_round (id, run_id, campaign_id, status, planned_at, clips_planned)
    select r.id, ${runId}::uuid, r.campaign_id, 'PENDING', ${now}, 0
    from unnest(${rounds.map((each) => each.id)}::uuid[], ${rounds.map((each) => each.campaignId)}::uuid[])
      r(id, campaign_id)
    join campaign c on c.id = r.campaign_id and (c.status = 'ACTIVE' or (c.status = 'PAUSED' and c.ends_at <= ${now}))
    on conflict (campaign_id) where status in ('PENDING', 'READING') do nothing
    returning id, campaign_id`.execute(database(em));
  return rows;
}

/**
 * Fixes the clips of rounds: batches of one platform each, after those that were handed to them. One statement for the
 * whole run.
 * @see docs/domain.md T3, T6, T12
 */
export async function insertBatches(
  em: EntityManager,
  roundIds: string[],
  batchSize: number,
  now: Date,
): Promise<void> {
  await sql`
    with carried as (
      select c.round_id, max(c.number) as last, sum(cardinality(c.clip_ids)) as clips
      from tracking_batch c where c.round_id = any(${roundIds}::uuid[]) group by c.round_id),
    parts as (
      select r.id as round_id, s.platform, k.id as clip_id,
             (row_number() over (partition by r.id, s.platform order by k.id) - 1) / ${batchSize}::int as part
      from tracking_round r join clip k on k.campaign_id = r.campaign_id join clip_submission s
        on s.id = k.submission_id
      where r.id = any(${roundIds}::uuid[]) and ${dueClips(now)}
        and not exists (select 1 from tracking_batch c where c.round_id = r.id and k.id = any(c.clip_ids))),
    batches as (
      insert into tracking_batch (id, round_id, number, platform, clip_ids, tries, succeeded)
      select gen_random_uuid(), p.round_id, coalesce(max(c.last), 0) + row_number() over (partition by p.round_id
        order by platform, part), platform, array_agg(clip_id order by clip_id), '[]', 0
      from parts p left join carried c on c.round_id = p.round_id group by p.round_id, platform, part
      returning round_id, cardinality(clip_ids) as clips)
    update tracking_round r set clips_planned = coalesce(b.clips, 0) + coalesce(c.clips, 0)
    from unnest(${roundIds}::uuid[]) i(id)
    left join (select round_id, sum(clips)::int as clips from batches group by round_id) b on b.round_id = i.id
    left join carried c on c.round_id = i.id
    where r.id = i.id`.execute(database(em));
}

/**
 * The next batch of a round to be read; none when all are, or when its campaign is no longer open: then nothing more is
 * bought.
 */
export async function findNextBatch(em: EntityManager, roundId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select b.id from tracking_batch b join tracking_round r on r.id = b.round_id join campaign c on c.id = r.campaign_id
    where b.round_id = ${roundId}::uuid and b.read_at is null and c.status in ('ACTIVE', 'PAUSED') order by b.number
      limit 1`.execute(database(em));
  return rows[0]?.id ?? null;
}

export interface ClipToRead extends Video, ClipMark {
  clipId: string;
}

/** What reading needs to know of the clips of a batch, in their order. */
export async function findClipsToRead(em: EntityManager, clipIds: readonly string[]): Promise<ClipToRead[]> {
  const { rows } = await sql<ClipToRead>`
    select k.id as clip_id, s.platform, s.video_id, s.canonical_url, k.views, k.suspect_views
    from unnest(${clipIds as string[]}::uuid[]) with ordinality b(id, place) join clip k on k.id = b.id
      join clip_submission s on s.id = k.submission_id
    order by b.place`.execute(database(em));
  return rows;
}

export async function findRuns(em: EntityManager, ids: readonly string[]): Promise<TrackingRun[]> {
  const { rows } =
    await sql<TrackingRun>`select * from tracking_run where id = any(${ids as string[]}::uuid[])`.execute(database(em));
  return rows;
}

export async function findRounds(em: EntityManager, ids: readonly string[]): Promise<TrackingRound[]> {
  const { rows } =
    await sql<TrackingRound>`select * from tracking_round where id = any(${ids as string[]}::uuid[])`.execute(
      database(em),
    );
  return rows;
}

export async function findRunPage(em: EntityManager, slice: Slice): Promise<(TrackingRun & { cursor: string })[]> {
  const { rows } = await sql<TrackingRun & { cursor: string }>`
    select n.*, ${slice.cursor} as cursor from tracking_run n where ${slice.after} order by ${slice.orderBy}
      limit ${slice.limit}`.execute(database(em));
  return rows;
}

export async function countRuns(em: EntityManager): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`select count(*) as count from tracking_run`.execute(database(em));
  return Number(rows[0]?.count);
}

export interface RunFigures {
  runId: string;
  clipsPlanned: number;
  clipsRead: number;
  clipsSucceeded: number;
  earningsAdded: bigint;
  campaignsCompleted: number;
}

/**
 * All figures of runs from one statement: finished rounds by their own figures, the others by the batches read so far.
 */
export async function findRunFigures(em: EntityManager, runIds: readonly string[]): Promise<RunFigures[]> {
  const { rows } = await sql<RunFigures>`
    select r.run_id, sum(r.clips_planned)::int as clips_planned,
      sum(coalesce(b.read, r.clips_succeeded + r.clips_failed))::int as clips_read,
           sum(coalesce(b.succeeded, r.clips_succeeded))::int as clips_succeeded,
             sum(r.earnings_added)::bigint as earnings_added,
           count(*) filter (where r.campaign_completed)::int as campaigns_completed
    from tracking_round r
    left join lateral (
      select coalesce(sum(cardinality(clip_ids)), 0) as read, coalesce(sum(succeeded), 0) as succeeded
      from tracking_batch b where b.round_id = r.id and b.read_at is not null having r.finished_at is null) b on true
    where r.run_id = any(${runIds as string[]}::uuid[]) group by r.run_id`.execute(database(em));
  return rows;
}

/** A run's rounds are as many as its campaigns; the most that one answer shows. */
const ROUNDS_LIMIT = 1_000;

export async function findRoundsOfRuns(em: EntityManager, runIds: readonly string[]): Promise<TrackingRound[]> {
  const { rows } = await sql<TrackingRound>`
    select page.* from unnest(${runIds as string[]}::uuid[]) n(id)
    cross join lateral (select * from tracking_round r where r.run_id = n.id order by r.id limit ${ROUNDS_LIMIT})
      page`.execute(database(em));
  return rows;
}

/**
 * Ends a run when none of its rounds is unfinished. The run's row is locked first: of two last rounds that end at once,
 * the later sees the other.
 */
export async function finishRunIfDone(em: EntityManager, runId: string, now: Date): Promise<boolean> {
  const db = database(em);
  await sql`select id from tracking_run where id = ${runId}::uuid for no key update`.execute(db);
  const { numAffectedRows } = await sql`
    update tracking_run n set finished_at = ${now}, status = case when f.failed > 0 then 'FAILED' else 'SUCCEEDED' end,
      error = case when f.failed > 0 then f.failed || ' of ' || f.rounds || ' rounds failed' end
    from (select count(*) as rounds, count(*) filter (where status = 'FAILED') as failed,
      count(*) filter (where status in ('PENDING', 'READING')) as unfinished
          from tracking_round where run_id = ${runId}::uuid) f
    where n.id = ${runId}::uuid and n.status = 'RUNNING' and f.unfinished = 0`.execute(db);
  return numAffectedRows === 1n;
}

/**
 * Seconds since the newest round that settled did so, by the database's clock. Ids grow with time: no index on it is
 * needed.
 */
export async function findSecondsSinceSettled(em: EntityManager): Promise<number | null> {
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from clock_timestamp() - finished_at)::float8 as seconds
    from tracking_round where status = 'SETTLED' order by id desc limit 1`.execute(database(em));
  return rows[0]?.seconds ?? null;
}
