import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Video } from '../platform/link.rules.js';
import type { KnownRead, ReadsOfDay } from './baseline.rules.js';
import type { BaselineOutcome, BaselineRead } from './baseline-read.entity.js';

/** Old reads that one read removes: more than it adds, so that the table stays as large as two days are busy. */
const REMOVED_AT_A_TIME = 100;

/** Counts a clipper's reads: of the day from `dayStart`, and those that are in flight, begun after `leaseStart`. */
export async function countReads(
  em: EntityManager,
  clipperId: string,
  { dayStart, leaseStart }: { dayStart: Date; leaseStart: Date },
): Promise<ReadsOfDay> {
  const since = dayStart < leaseStart ? dayStart : leaseStart;
  const { rows } = await sql<{ taken: bigint; failed: bigint; inFlight: bigint; inFlightSince: Date | null }>`
    select count(*) filter (where started_at >= ${dayStart}) as taken,
      count(*) filter (where started_at >= ${dayStart}
        and (outcome = 'FAILED' or (outcome is null and started_at <= ${leaseStart}))) as failed,
      count(*) filter (where outcome is null and started_at > ${leaseStart}) as in_flight,
      min(started_at) filter (where outcome is null and started_at > ${leaseStart}) as in_flight_since
    from baseline_read where clipper_id = ${clipperId}::uuid and started_at >= ${since}`.execute(database(em));
  const [row] = rows;
  return {
    taken: Number(row?.taken ?? 0n),
    failed: Number(row?.failed ?? 0n),
    inFlight: Number(row?.inFlight ?? 0n),
    inFlightSince: row?.inFlightSince ?? null,
  };
}

/**
 * The newest read of a clip that did not fail, and the newest count for a clipper and campaign, since an instant; the
 * newest first.
 */
export async function findKnownReads(
  em: EntityManager,
  { clipperId, campaignId, video, since }: { clipperId: string; campaignId: string; video: Video; since: Date },
): Promise<KnownRead[]> {
  const ofClip = sql`platform = ${video.platform} and video_id = ${video.videoId} and finished_at > ${since}`;
  const { rows } = await sql<KnownRead>`
    select clipper_id, campaign_id, outcome, views from (
      (select * from baseline_read where ${ofClip} and outcome <> 'FAILED' order by finished_at desc limit 1)
      union
      (select * from baseline_read where ${ofClip} and outcome = 'VALUE' and clipper_id = ${clipperId}::uuid
        and campaign_id = ${campaignId}::uuid
       order by finished_at desc limit 1)) known
    order by finished_at desc`.execute(database(em));
  return rows;
}

export async function insertRead(
  em: EntityManager,
  { id, clipperId, campaignId, platform, videoId, startedAt }: Omit<BaselineRead, 'finishedAt' | 'outcome' | 'views'>,
): Promise<void> {
  await sql`
    insert into baseline_read (id, clipper_id, campaign_id, platform, video_id, started_at)
    values (${id}::uuid, ${clipperId}::uuid, ${campaignId}::uuid, ${platform}, ${videoId}, ${startedAt})`.execute(
    database(em),
  );
}

/** Ends a read, and removes some that are too old to count for anything. */
export async function finishRead(
  em: EntityManager,
  read: { id: string; outcome: BaselineOutcome; views: bigint | null; finishedAt: Date },
): Promise<void> {
  const db = database(em);
  await sql`
    update baseline_read set outcome = ${read.outcome}, views = ${read.views}, finished_at = ${read.finishedAt}
    where id = ${read.id}::uuid`.execute(db);
  await sql`
    delete from baseline_read where id in (
      select id from baseline_read where started_at < ${read.finishedAt}::timestamptz - interval '2 days'
      order by started_at limit ${REMOVED_AT_A_TIME} for update skip locked)`.execute(db);
}

/** Removes the reads that somebody asked for. @see docs/domain.md U6 */
export async function deleteReadsOf(em: EntityManager, clipperId: string): Promise<void> {
  await sql`delete from baseline_read where clipper_id = ${clipperId}::uuid`.execute(database(em));
}
