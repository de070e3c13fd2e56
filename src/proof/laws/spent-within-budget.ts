import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** What was revoked after the end had been spent by then. @see docs/domain.md V1.3, C5, C6, S6 */
export const spentWithinBudget: Law = {
  law: '3 spent within budget',
  statement:
    'No campaign has spent more than its budget; one that ended because its budget was filled had spent exactly that.',
  violations: sql<Violation>`
    select 'campaign ' || c.id || ' spent ' || ${moneyText('s.spent')} || ' of ' || ${moneyText('c.budget')} ||
      ', after its end ' || ${moneyText('s.reversed')} || ' were reversed' as example
    from campaign c
    left join (select campaign_id, sum(earnings) as spent from clip where state <> 'REVOKED' group by 1) k
      on k.campaign_id = c.id
    left join (
      select v.campaign_id, -sum(e.amount) as reversed
      from campaign_event v join campaign_event n on n.campaign_id = v.campaign_id and n.type = 'ENDED'
        and n.number < v.number
      join earning_entry e on e.event_id = v.id where v.type = 'REVOKED' group by 1) r on r.campaign_id = c.id
    cross join lateral (select coalesce(k.spent, 0) as spent, coalesce(r.reversed, 0) as reversed) s
    where s.spent > c.budget or (c.completion_reason = 'BUDGET_FILLED' and s.spent + s.reversed <> c.budget)`,
};
