import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** @see docs/domain.md V1.3, C5, C6 */
export const spentWithinBudget: Law = {
  law: '3 spent within budget',
  statement:
    'No campaign has spent more than its budget; one that ended because its budget was filled has spent exactly that.',
  violations: sql<Violation>`
    select 'campaign ' || c.id || ' spent ' || ${moneyText('k.spent')} || ' of ' || ${moneyText('c.budget')} as example
    from campaign c join (select campaign_id, sum(earnings) as spent from clip where state <> 'REVOKED' group by 1) k on k.campaign_id = c.id
    where k.spent > c.budget or (c.completion_reason = 'BUDGET_FILLED' and k.spent <> c.budget)`,
};
