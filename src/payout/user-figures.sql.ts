import { type RawBuilder, sql } from 'kysely';
import { type ClipperFigures, clipperFigures, NO_FIGURES } from '../earnings/clipper-figures.sql.js';
import { database, type EntityManager } from '../infra/database/database.js';

/** What a user's clips, submissions, payouts and requests add up to. */
export interface UserFigures extends ClipperFigures {
  /** Payouts made and not returned. */
  paidOut: bigint;
  /** Open requests: PENDING and APPROVED. */
  pendingPayouts: bigint;
  /** Unclamped: a negative one is a broken law. */
  availableBalance: bigint;
}

export const NO_USER_FIGURES: Omit<UserFigures, 'clipperId'> = {
  ...NO_FIGURES,
  paidOut: 0n,
  pendingPayouts: 0n,
  availableBalance: 0n,
};

/**
 * The one definition of a balance, with everything else that is known of a user in the same statement: no answer mixes
 * two moments.
 * @param whose which clippers ("clipper_id" of whichever table is asked); true for all
 * @param at the instant that decides what is available, where the caller has read it already
 * @see docs/domain.md B3, B4, P5
 */
export const userFigures = (
  whose: (clipperId: RawBuilder<unknown>) => RawBuilder<boolean>,
  at?: RawBuilder<unknown>,
): RawBuilder<UserFigures> => {
  const zero = (column: string) => sql`coalesce(${sql.ref(`f.${column}`)}, 0)::bigint as ${sql.ref(column)}`;
  const columns = [
    'total_earned',
    'total_views',
    'active_campaign_earnings',
    'completed_campaign_earnings',
    'available_earnings',
    'maturing_earnings',
  ];
  const counts = ['pending', 'approved', 'rejected', 'withdrawn'];
  return sql<UserFigures>`
    select clipper_id, ${sql.join([...columns, ...counts].map(zero))}, f.next_available_at,
      coalesce(f.active_campaign_count, 0) as active_campaign_count,
           coalesce(p.paid_out, 0)::bigint as paid_out, coalesce(r.open, 0)::bigint as pending_payouts,
           (coalesce(f.available_earnings, 0) - coalesce(p.paid_out, 0) - coalesce(r.open,
             0))::bigint as available_balance
    from (${clipperFigures(whose(sql`t.clipper_id`), at)}) f
    full join (select o.clipper_id, sum(o.amount) as paid_out from payout o where o.returned_at is null
      and ${whose(sql`o.clipper_id`)} group by 1) p using (clipper_id)
    full join (select o.clipper_id, sum(o.amount) as open from payout_request o
      where o.status in ('PENDING', 'APPROVED') and ${whose(sql`o.clipper_id`)} group by 1) r using (clipper_id)`;
};

export async function findUserFigures(em: EntityManager, userIds: readonly string[]): Promise<UserFigures[]> {
  const ids = userIds as string[];
  const { rows } = await userFigures((clipperId) => sql<boolean>`${clipperId} = any(${ids}::uuid[])`).execute(
    database(em),
  );
  return rows;
}
