import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/**
 * Entries in the order of their events. What a clip was owed is its worth at toViews, capped, less what it had earned.
 * A share of a budget is checked against the largest share of the same event: two shares in proportion differ by less
 * than a micro each. What fills a budget is the entries up to the end: a revocation after it shares nothing out again.
 * That the largest remainders got the last micros is replayed, not checked here.
 * @see docs/domain.md V1.2, T9, T10
 */
export const accrualsFollowFromTerms: Law = {
  law: '2 accruals follow from the terms',
  statement:
    'Every accrual pays what its clip was owed by its frozen terms; where the budget did not suffice, a share in proportion that fills it exactly.',
  violations: sql<Violation>`
    with entry as (
      select e.*, v.number, k.campaign_id, s.cpm as frozen_cpm, s.max_earnings, s.initial_views, s.min_views,
             (e.to_views - s.initial_views) * (s.cpm / 1000)::numeric as worth,
             coalesce(sum(e.amount) over (partition by e.clip_id order by v.number, e.id rows between unbounded
               preceding and 1 preceding), 0) as earned,
             coalesce(max(e.to_views) filter (where e.reason = 'ACCRUAL') over (partition by e.clip_id
               order by v.number, e.id rows between unbounded preceding and 1 preceding), s.initial_views) as seen
      from earning_entry e join campaign_event v on v.id = e.event_id join clip k on k.id = e.clip_id
        join clip_submission s on s.id = k.submission_id),
    owed as (
      select *, case when to_views - initial_views < min_views then 0 else least(worth, max_earnings) end -
        earned as owed,
             case when worth > max_earnings then 'CLIP_MAXIMUM' else 'NONE' end as full_cap
      from entry where reason = 'ACCRUAL'),
    largest as (select distinct on (event_id) event_id, owed, amount from owed where cap = 'BUDGET_SHARE'
      order by event_id, owed desc, clip_id)
    select 'entry ' || o.id || ' pays ' || ${moneyText('o.amount')} || ', owed were ' || ${moneyText('o.owed')} ||
      ' (' || o.cap || ')' as example
    from owed o left join largest l on l.event_id = o.event_id
    where o.cpm <> o.frozen_cpm or o.from_views <> o.seen
      or (o.cap <> 'BUDGET_SHARE' and (o.amount <> o.owed or o.cap <> o.full_cap))
      or (o.cap = 'BUDGET_SHARE' and (o.amount > o.owed or abs(o.amount * l.owed - l.amount * o.owed) > o.owed +
        l.owed))
    union all
    select 'campaign ' || c.id || ' shared out its budget of ' || ${moneyText('c.budget')} ||
      ' but its entries sum to ' || ${moneyText('sum(e.amount)')}
    from campaign c join clip k on k.campaign_id = c.id join earning_entry e on e.clip_id = k.id join campaign_event v
      on v.id = e.event_id
    left join campaign_event n on n.campaign_id = c.id and n.type = 'ENDED'
    where n.number is null or v.number < n.number
    group by c.id having bool_or(e.cap = 'BUDGET_SHARE') and sum(e.amount) <> c.budget`,
};
