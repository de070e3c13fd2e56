import { type RawBuilder, sql } from 'kysely';
import type { Viewer } from '../infra/context.js';
import { allOf } from '../infra/database/conditions.js';
import { database, type EntityManager } from '../infra/database/database.js';
import { containing } from '../infra/database/search.js';
import type { Slice } from '../infra/graphql/connection.js';
import { type Columns, select } from '../infra/graphql/requested-columns.js';
import type { Platform } from '../platform/platform.js';
import type { Campaign } from './campaign.entity.js';
import type { CampaignStatus } from './campaign.enums.js';
import type { CampaignTotals } from './campaign-totals.entity.js';

/** A campaign with what its clips and submissions add up to, from one statement: the two can never disagree. */
export interface CampaignRow extends Campaign {
  totals: Omit<CampaignTotals, 'campaignId'>;
  /** spent / budget. */
  progress: number;
}

type FlatRow = Campaign & { progress: number } & Record<
    | 'totalEarnings'
    | 'totalViews'
    | 'totalClipCount'
    | 'totalPending'
    | 'totalApproved'
    | 'totalRejected'
    | 'totalWithdrawn',
    bigint
  >;

const figures = sql`t.earnings as "totalEarnings", t.views as "totalViews", t.clip_count as "totalClipCount",
  t.pending as "totalPending",
         t.approved as "totalApproved", t.rejected as "totalRejected", t.withdrawn as "totalWithdrawn",
           t.earnings::float8 / c.budget as progress`;
const whole = sql`select c.*, ${figures}`;

/** @see fieldsOfNodes */
export const campaignColumns: Columns<Campaign> = {
  always: ['id', 'status', 'budget', 'adCampaignId'],
  onDemand: [
    'title',
    'description',
    'cpm',
    'platforms',
    'requirements',
    'minViews',
    'maxEarningsPerClip',
    'startsAt',
    'endsAt',
    'createdAt',
    'completedAt',
    'earningsAvailableAt',
    'completionReason',
    'recordedSpent',
  ],
};
const from = sql`from campaign c join campaign_totals t on t.campaign_id = c.id`;

function withTotals<R extends FlatRow>(row: R): R & CampaignRow {
  return Object.assign(row, {
    totals: {
      earnings: row.totalEarnings,
      views: row.totalViews,
      clipCount: row.totalClipCount,
      pending: row.totalPending,
      approved: row.totalApproved,
      rejected: row.totalRejected,
      withdrawn: row.totalWithdrawn,
    },
  });
}

/** Who sees what: DRAFT admins alone, CANCELLED admins and clippers with a submission in it. */
function visibleTo(viewer: Viewer | null): RawBuilder<boolean> {
  if (viewer?.admin) return sql<boolean>`true`;
  const mine = viewer
    ? sql`exists (select 1 from clipper_totals m where m.clipper_id = ${viewer.id}::uuid and m.campaign_id = c.id)`
    : sql`false`;
  return sql<boolean>`(c.status not in ('DRAFT', 'CANCELLED') or (c.status = 'CANCELLED' and ${mine}))`;
}

export async function findCampaignsByIds(em: EntityManager, ids: readonly string[]): Promise<CampaignRow[]> {
  const { rows } = await sql<FlatRow>`${whole} ${from} where c.id = any(${ids as string[]}::uuid[])`.execute(
    database(em),
  );
  return rows.map(withTotals);
}

/** The campaigns of these ids that a viewer may see. */
export async function findVisibleCampaigns(
  em: EntityManager,
  ids: readonly string[],
  viewer: Viewer | null,
): Promise<CampaignRow[]> {
  const { rows } =
    await sql<FlatRow>`${whole} ${from} where c.id = any(${ids as string[]}::uuid[]) and ${visibleTo(viewer)}`.execute(
      database(em),
    );
  return rows.map(withTotals);
}

export interface CampaignFilter {
  status?: CampaignStatus[] | null;
  platform?: Platform | null;
  search?: string | null;
}

function matching(filter: CampaignFilter, viewer: Viewer | null): RawBuilder<boolean> {
  const conditions = [visibleTo(viewer)];
  if (filter.status) conditions.push(sql`c.status = any(${filter.status}::text[])`);
  if (filter.platform) conditions.push(sql`c.platforms @> array[${filter.platform}]::text[]`);
  if (filter.search) {
    const pattern = containing(filter.search);
    conditions.push(sql`(c.title ilike ${pattern} or c.description ilike ${pattern})`);
  }
  return allOf(conditions);
}

export async function findCampaigns(
  em: EntityManager,
  filter: CampaignFilter,
  viewer: Viewer | null,
  slice: Slice,
  requested: string[],
): Promise<(CampaignRow & { cursor: string })[]> {
  const { rows } = await sql<FlatRow & { cursor: string }>`
    select ${select('c', campaignColumns, requested)}, ${figures}, ${slice.cursor} as cursor ${from}
    where ${matching(filter, viewer)} and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}`.execute(
    database(em),
  );
  return rows.map(withTotals);
}

export async function countCampaigns(
  em: EntityManager,
  filter: CampaignFilter,
  viewer: Viewer | null,
): Promise<number> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from campaign c where ${matching(filter, viewer)}`.execute(database(em));
  return Number(rows[0]?.count);
}

/**
 * Takes the campaign's lock: whatever changes it, its submissions, clips or earnings waits here.
 * @see docs/domain.md L1
 */
export async function lockCampaignRows(em: EntityManager, ids: readonly string[]): Promise<void> {
  await sql`select id from campaign where id = any(${ids as string[]}::uuid[]) order by id for no key update`.execute(
    database(em),
  );
}

/** What a campaign has spent, read under its lock. */
export async function spentOf(em: EntityManager, campaignId: string): Promise<bigint> {
  const { rows } = await sql<{
    earnings: bigint;
  }>`select earnings from campaign_totals where campaign_id = ${campaignId}::uuid`.execute(database(em));
  return rows[0]?.earnings ?? 0n;
}
