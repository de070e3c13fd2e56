import { type RawBuilder, sql } from 'kysely';
import { allOf } from '../infra/database/conditions.js';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import type { Payout } from './payout.entity.js';
import type { PayoutMethod, PayoutRequestStatus } from './payout.enums.js';
import type { PayoutRequest } from './payout-request.entity.js';
import { userFigures } from './user-figures.sql.js';

export interface PayoutRequestFilter {
  status?: PayoutRequestStatus | null;
  clipperId?: string | null;
}

export interface PayoutFilter {
  clipperId?: string | null;
  method?: PayoutMethod | null;
  /** First and last day of payment, UTC, both included. */
  from?: string | null;
  to?: string | null;
}

function requestsMatching({ status, clipperId }: PayoutRequestFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [];
  if (status) conditions.push(sql`r.status = ${status}`);
  if (clipperId) conditions.push(sql`r.clipper_id = ${clipperId}::uuid`);
  return allOf(conditions);
}

function payoutsMatching({ clipperId, method, from, to }: PayoutFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [];
  if (clipperId) conditions.push(sql`p.clipper_id = ${clipperId}::uuid`);
  if (method) conditions.push(sql`p.method = ${method}`);
  if (from) conditions.push(sql`p.paid_at >= (${from}::date)::timestamp at time zone 'UTC'`);
  if (to) conditions.push(sql`p.paid_at < (${to}::date + 1)::timestamp at time zone 'UTC'`);
  return allOf(conditions);
}

const LISTED = ['id', 'clipper_id', 'amount', 'coin', 'method', 'status', 'note', 'requested_at', 'processed_at'];

/**
 * What a request is listed with. Details are not in it: a loader reads them where they are asked for.
 * @see docs/domain.md F4
 */
const listed = (table: string) => sql.join(LISTED.map((column) => sql.ref(`${table}.${column}`)));

export async function findRequestPage(
  em: EntityManager,
  filter: PayoutRequestFilter,
  slice: Slice,
): Promise<(PayoutRequest & { cursor: string })[]> {
  const { rows } = await sql<PayoutRequest & { cursor: string }>`
    select ${listed('r')}, ${slice.cursor} as cursor from payout_request r
    where ${requestsMatching(filter)} and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}`.execute(
    database(em),
  );
  return rows;
}

export async function countRequests(em: EntityManager, filter: PayoutRequestFilter): Promise<number> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from payout_request r where ${requestsMatching(filter)}`.execute(database(em));
  return Number(rows[0]?.count);
}

export async function findPayoutPage(
  em: EntityManager,
  filter: PayoutFilter,
  slice: Slice,
): Promise<(Payout & { cursor: string })[]> {
  const { rows } = await sql<Payout & { cursor: string }>`
    select p.*, ${slice.cursor} as cursor from payout p
    where ${payoutsMatching(filter)} and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}`.execute(
    database(em),
  );
  return rows;
}

export async function countPayouts(em: EntityManager, filter: PayoutFilter): Promise<number> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from payout p where ${payoutsMatching(filter)}`.execute(database(em));
  return Number(rows[0]?.count);
}

/** The two things a clipper has many of. */
export type ClipperList = 'payout' | 'payout_request';

/** A page of the requests or payouts of each of many clippers. */
export async function findPagesOfClippers<Row>(
  em: EntityManager,
  table: ClipperList,
  clipperIds: string[],
  slice: Slice,
): Promise<(Row & { parentId: string; cursor: string })[]> {
  const { rows } = await sql<Row & { parentId: string; cursor: string }>`
    select c.id as parent_id, page.* from unnest(${clipperIds}::uuid[]) c(id)
    cross join lateral (
      select ${table === 'payout_request' ? listed('l') : sql`l.*`}, ${slice.cursor} as cursor
        from ${sql.table(table)} l
      where l.clipper_id = c.id and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}) page`.execute(
    database(em),
  );
  return rows;
}

export async function countOfClippers(
  em: EntityManager,
  table: ClipperList,
  clipperIds: string[],
): Promise<{ parentId: string; count: bigint }[]> {
  const { rows } = await sql<{ parentId: string; count: bigint }>`
    select clipper_id as parent_id, count(*) as count from ${sql.table(table)}
      where clipper_id = any(${clipperIds}::uuid[]) group by 1`.execute(database(em));
  return rows;
}

export async function findRequests(em: EntityManager, ids: readonly string[]): Promise<PayoutRequest[]> {
  const { rows } = await sql<PayoutRequest>`select ${listed('r')} from payout_request r
      where id = any(${ids as string[]}::uuid[])`.execute(database(em));
  return rows;
}

export async function findPayouts(em: EntityManager, ids: readonly string[]): Promise<Payout[]> {
  const { rows } = await sql<Payout>`select * from payout where id = any(${ids as string[]}::uuid[])`.execute(
    database(em),
  );
  return rows;
}

export async function findPayoutsOfRequests(em: EntityManager, requestIds: readonly string[]): Promise<Payout[]> {
  const { rows } =
    await sql<Payout>`select * from payout where request_id = any(${requestIds as string[]}::uuid[])`.execute(
      database(em),
    );
  return rows;
}

/** Requests that a clipper has taken back since an instant. */
export async function countCancelledSince(em: EntityManager, clipperId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from payout_request
    where clipper_id = ${clipperId}::uuid and status = 'CANCELLED' and processed_at >= ${since}`.execute(database(em));
  return Number(rows[0]?.count);
}

/** The request that an identifier of a request, or of its payout, speaks of; null for neither. */
export async function findRequestId(em: EntityManager, id: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from payout_request where id = ${id}::uuid union all select request_id from payout
      where id = ${id}::uuid`.execute(database(em));
  return rows[0]?.id ?? null;
}

/** Clippers announced to at once: what is left follows in the next statement. */
const ANNOUNCED_AT_A_TIME = 5_000;

/**
 * Marks the campaigns whose earnings have become available to clippers with enough in their balance, and answers whom
 * to notify: those with a campaign that was not announced to them before. Balance and campaigns are read at one
 * instant. Two instances at once: the second finds nothing left.
 * @see docs/domain.md P6
 */
export async function announceReady(
  em: EntityManager,
  minimum: bigint,
  now: Date,
): Promise<{ clipperId: string; campaignId: string; availableBalance: bigint }[]> {
  const figures = userFigures(() => sql<boolean>`true`, sql`(select at from reading)`);
  const { rows } = await sql<{ clipperId: string; campaignId: string; availableBalance: bigint }>`
    with reading as materialized (select clock_timestamp() as at),
    ready as (
      select f.clipper_id, f.available_balance from (${figures}) f join "user" u on u.id = f.clipper_id
      where f.available_balance >= ${minimum}::bigint and f.available_balance > 0 and f.pending_payouts = 0
        and u.suspended_at is null
        and exists (select 1 from clipper_totals t join campaign c on c.id = t.campaign_id cross join reading n
          where t.clipper_id = f.clipper_id and t.earnings > 0 and c.earnings_available_at <= n.at
            and not exists (select 1 from payout_announcement a where a.clipper_id = t.clipper_id
              and a.campaign_id = t.campaign_id))
      order by f.clipper_id limit ${ANNOUNCED_AT_A_TIME}),
    announced as (
      insert into payout_announcement (clipper_id, campaign_id, announced_at)
      select t.clipper_id, t.campaign_id, ${now} from ready r join clipper_totals t on t.clipper_id = r.clipper_id
        join campaign c on c.id = t.campaign_id cross join reading n
      where t.earnings > 0 and c.earnings_available_at <= n.at order by 1, 2 on conflict do nothing
        returning clipper_id, campaign_id)
    select distinct on (a.clipper_id) a.clipper_id, a.campaign_id, r.available_balance
    from announced a join ready r on r.clipper_id = a.clipper_id join campaign c on c.id = a.campaign_id
      order by a.clipper_id, c.earnings_available_at desc, c.id`.execute(database(em));
  return rows;
}
