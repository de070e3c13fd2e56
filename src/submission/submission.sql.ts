import { type RawBuilder, sql } from 'kysely';
import { allOf } from '../infra/database/conditions.js';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import { type Columns, nest, select } from '../infra/graphql/requested-columns.js';
import type { Video } from '../platform/link.rules.js';
import type { Platform } from '../platform/platform.js';
import type { Clip } from './clip.entity.js';
import { clipColumns } from './clip.sql.js';
import type { ClipSubmission } from './clip-submission.entity.js';
import type { SubmissionStatus } from './submission.enums.js';

interface Tables {
  clipSubmission: ClipSubmission;
  clip: Clip;
}

export interface SubmissionFilter {
  status?: SubmissionStatus | null;
  campaignId?: string | null;
  clipperId?: string | null;
  platform?: Platform | null;
}

/**
 * The submission that keeps its clip's place in a campaign, if any: see the partial unique index.
 * @see docs/domain.md S2
 */
export async function findStanding(
  em: EntityManager,
  campaignId: string,
  video: Video,
): Promise<ClipSubmission | undefined> {
  const { rows } = await sql<ClipSubmission>`
    select * from clip_submission
    where campaign_id = ${campaignId}::uuid and platform = ${video.platform} and video_id = ${video.videoId}
      and (status in ('PENDING', 'APPROVED') or revoked)`.execute(database<Tables>(em));
  return rows[0];
}

export async function countSubmittedSince(em: EntityManager, clipperId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from clip_submission where clipper_id = ${clipperId}::uuid
      and submitted_at >= ${since}`.execute(database<Tables>(em));
  return Number(rows[0]?.count);
}

export async function findSubmissionsByIds(em: EntityManager, ids: readonly string[]): Promise<ClipSubmission[]> {
  const { rows } =
    await sql<ClipSubmission>`select * from clip_submission where id = any(${ids as string[]}::uuid[])`.execute(
      database<Tables>(em),
    );
  return rows;
}

/** The same clip may be offered to many campaigns; the most of them that one answer shows. */
const SAME_CLIP_LIMIT = 50;

/** For each of these submissions the others of the same clip, in whatever campaign, the newest first. */
export async function findSameClip(
  em: EntityManager,
  ids: readonly string[],
): Promise<(ClipSubmission & { parentId: string })[]> {
  const { rows } = await sql<ClipSubmission & { parentId: string }>`
    select p.id as "parentId", others.* from clip_submission p
    cross join lateral (
      select s.* from clip_submission s where s.platform = p.platform and s.video_id = p.video_id and s.id <> p.id
      order by s.id desc limit ${SAME_CLIP_LIMIT}) others
    where p.id = any(${ids as string[]}::uuid[])`.execute(database<Tables>(em));
  return rows;
}

export async function findClipsBySubmissions(em: EntityManager, submissionIds: readonly string[]): Promise<Clip[]> {
  const { rows } =
    await sql<Clip>`select * from clip where submission_id = any(${submissionIds as string[]}::uuid[])`.execute(
      database<Tables>(em),
    );
  return rows;
}

function matching(filter: SubmissionFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [];
  if (filter.status) conditions.push(sql`s.status = ${filter.status}`);
  if (filter.campaignId) conditions.push(sql`s.campaign_id = ${filter.campaignId}::uuid`);
  if (filter.clipperId) conditions.push(sql`s.clipper_id = ${filter.clipperId}::uuid`);
  if (filter.platform) conditions.push(sql`s.platform = ${filter.platform}`);
  return allOf(conditions);
}

/** @see fieldsOfNodes */
export const submissionColumns: Columns<ClipSubmission> = {
  always: ['id', 'campaignId', 'clipperId', 'status'],
  onDemand: [
    'url',
    'canonicalUrl',
    'platform',
    'videoId',
    'initialViews',
    'cpm',
    'minViews',
    'maxEarnings',
    'finalEarnings',
    'rejectionReason',
    'rejectionNote',
    'submittedAt',
    'reviewedAt',
  ],
};

/** What a page of submissions is to hold. */
export interface SubmissionDemands {
  submission: string[];
  /** Null: their clips are not asked for. */
  clip: string[] | null;
}

/** A submission in a list; with its clip (null: none) where that is asked for. */
export interface ListedSubmission extends ClipSubmission {
  clip?: Clip | null;
}

/** The columns of a page, and of the clips on it. */
function listed({ submission, clip }: SubmissionDemands): RawBuilder<unknown> {
  const own = select('s', submissionColumns, submission);
  return clip ? sql`${own}, ${select('k', clipColumns, clip, 'clip')}` : own;
}

const withClips = ({ clip }: SubmissionDemands) => (clip ? sql`left join clip k on k.submission_id = s.id` : sql``);

function nestClips<R extends ClipSubmission>(rows: R[], { clip }: SubmissionDemands): (R & ListedSubmission)[] {
  return clip ? nest(rows, 'clip', clipColumns, clip) : rows;
}

/** Submissions with what is requestedColumns of them. */
export async function findListedSubmissions(
  em: EntityManager,
  ids: readonly string[],
  requested: SubmissionDemands,
): Promise<ListedSubmission[]> {
  const { rows } = await sql<ClipSubmission>`
    select ${listed(requested)} from clip_submission s ${withClips(requested)}
      where s.id = any(${ids as string[]}::uuid[])`.execute(database<Tables>(em));
  return nestClips(rows, requested);
}

export async function findSubmissions(
  em: EntityManager,
  filter: SubmissionFilter,
  slice: Slice,
  requested: SubmissionDemands,
): Promise<(ListedSubmission & { cursor: string })[]> {
  const { rows } = await sql<ClipSubmission & { cursor: string }>`
    select ${listed(requested)}, ${slice.cursor} as cursor from clip_submission s ${withClips(requested)}
    where ${matching(filter)} and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}`.execute(
    database<Tables>(em),
  );
  return nestClips(rows, requested);
}

/** Whole tables are counted from the totals that the database keeps; only a filter by platform has to look at rows. */
export async function countSubmissions(em: EntityManager, filter: SubmissionFilter): Promise<number> {
  const db = database<Tables>(em);
  if (filter.platform) {
    const { rows } = await sql<{
      count: bigint;
    }>`select count(*) as count from clip_submission s where ${matching(filter)}`.execute(db);
    return Number(rows[0]?.count);
  }
  const counted = sql.raw(filter.status ? filter.status.toLowerCase() : 'pending + approved + rejected + withdrawn');
  const { rows } = await sql<{ count: bigint }>`
    select coalesce(sum(${counted}), 0)::bigint as count from
      ${sql.raw(filter.clipperId ? 'clipper_totals' : 'campaign_totals')}
    where (${filter.campaignId ?? null}::uuid is null or campaign_id = ${filter.campaignId ?? null}::uuid)
    ${filter.clipperId ? sql`and clipper_id = ${filter.clipperId}::uuid` : sql``}`.execute(db);
  return Number(rows[0]?.count);
}

export type ParentColumn = 'campaign_id' | 'clipper_id';

/** One page of submissions for each of many campaigns or clippers, in one statement. */
export async function findSubmissionPages(
  em: EntityManager,
  parent: ParentColumn,
  parentIds: string[],
  filter: SubmissionFilter,
  slice: Slice,
  requested: SubmissionDemands,
): Promise<(ListedSubmission & { parentId: string; cursor: string })[]> {
  const { rows } = await sql<ClipSubmission & { parentId: string; cursor: string }>`
    select p.id as "parentId", page.* from unnest(${parentIds}::uuid[]) p(id)
    cross join lateral (
      select ${listed(requested)}, ${slice.cursor} as cursor from clip_submission s ${withClips(requested)}
      where s.${sql.raw(parent)} = p.id and ${matching(filter)} and ${slice.after} order by ${slice.orderBy}
        limit ${slice.limit}) page`.execute(database<Tables>(em));
  return nestClips(rows, requested);
}

export async function countSubmissionsOf(
  em: EntityManager,
  parent: ParentColumn,
  parentIds: string[],
  filter: SubmissionFilter,
): Promise<{ parentId: string; count: bigint }[]> {
  const counted = sql.raw(filter.status ? filter.status.toLowerCase() : 'pending + approved + rejected + withdrawn');
  const conditions: RawBuilder<unknown>[] = [];
  if (filter.campaignId) conditions.push(sql`campaign_id = ${filter.campaignId}::uuid`);
  if (filter.clipperId) conditions.push(sql`clipper_id = ${filter.clipperId}::uuid`);
  const { rows } = await sql<{ parentId: string; count: bigint }>`
    select ${sql.raw(parent)} as parent_id, sum(${counted})::bigint as count from clipper_totals
    where ${sql.raw(parent)} = any(${parentIds}::uuid[]) and ${allOf(conditions)} group by 1`.execute(
    database<Tables>(em),
  );
  return rows;
}
