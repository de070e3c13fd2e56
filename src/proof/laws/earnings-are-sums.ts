import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** @see docs/domain.md V1.1 */
export const earningsAreSums: Law = {
  law: '1 earnings are sums',
  statement:
    "A clip's earnings are the sum of its entries, and every kept total is the sum over its approved clips and its submissions.",
  violations: sql<Violation>`
    select 'clip ' || k.id || ' shows ' || ${moneyText('k.earnings')} || ', its entries sum to ' ||
      ${moneyText('coalesce(e.sum, 0)')} as example
    from clip k left join (select clip_id, sum(amount) as sum from earning_entry group by clip_id) e on e.clip_id = k.id
    where k.earnings <> coalesce(e.sum, 0)
    union all
    select 'campaign ' || c.id || ' is kept as ' || t.got || ', its clips and submissions are ' || t.want
    from campaign c left join campaign_totals kept on kept.campaign_id = c.id
    left join (select campaign_id, sum(earnings) as earnings, sum(views) as views, count(*) as clips from clip
      where state <> 'REVOKED' group by 1) k on k.campaign_id = c.id
    left join (select campaign_id, count(*) filter (where status = 'PENDING') as pending,
      count(*) filter (where status = 'APPROVED') as approved,
                 count(*) filter (where status = 'REJECTED') as rejected,
                   count(*) filter (where status = 'WITHDRAWN') as withdrawn
               from clip_submission group by 1) s on s.campaign_id = c.id
    cross join lateral (select concat_ws('/', ${moneyText('kept.earnings')}, kept.views, kept.clip_count, kept.pending,
      kept.approved, kept.rejected, kept.withdrawn) as got,
      concat_ws('/', ${moneyText('coalesce(k.earnings, 0)')}, coalesce(k.views, 0), coalesce(k.clips, 0),
        coalesce(s.pending, 0), coalesce(s.approved, 0), coalesce(s.rejected, 0), coalesce(s.withdrawn, 0)) as want) t
    where t.got is distinct from t.want
    union all
    select 'clipper ' || coalesce(s.clipper_id, kept.clipper_id) || ' in campaign ' || coalesce(s.campaign_id,
      kept.campaign_id) || ' is kept as ' || t.got || ', not ' || t.want
    from clipper_totals kept
    full join (select clipper_id, campaign_id, count(*) filter (where status = 'PENDING') as pending,
      count(*) filter (where status = 'APPROVED') as approved,
                 count(*) filter (where status = 'REJECTED') as rejected,
                   count(*) filter (where status = 'WITHDRAWN') as withdrawn
               from clip_submission group by 1, 2) s on s.clipper_id = kept.clipper_id
                 and s.campaign_id = kept.campaign_id
    left join (select clipper_id, campaign_id, sum(earnings) as earnings, sum(views) as views, count(*) as clips
      from clip where state <> 'REVOKED' group by 1, 2) k
      on k.clipper_id = coalesce(s.clipper_id, kept.clipper_id) and k.campaign_id = coalesce(s.campaign_id,
        kept.campaign_id)
    cross join lateral (select concat_ws('/', ${moneyText('kept.earnings')}, kept.views, kept.clip_count, kept.pending,
      kept.approved, kept.rejected, kept.withdrawn) as got,
      concat_ws('/', ${moneyText('coalesce(k.earnings, 0)')}, coalesce(k.views, 0), coalesce(k.clips, 0),
        coalesce(s.pending, 0), coalesce(s.approved, 0), coalesce(s.rejected, 0), coalesce(s.withdrawn, 0)) as want) t
    where t.got is distinct from t.want`,
};
