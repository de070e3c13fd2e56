import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** @see docs/domain.md V1.7, C6 */
export const finalEarningsAreFixed: Law = {
  law: '7 final earnings are fixed',
  statement:
    "Every approved submission of an ended campaign has its clip's earnings as final earnings; no other submission has any.",
  violations: sql<Violation>`
    select 'submission ' || s.id || ' has final earnings ' || coalesce(${moneyText('s.final_earnings')}, 'none') ||
      ', its clip ' || coalesce(${moneyText('k.earnings')}, 'none') as example
    from clip_submission s join campaign c on c.id = s.campaign_id left join clip k on k.submission_id = s.id
    where s.final_earnings is distinct from case when s.status = 'APPROVED' and c.completed_at is not null then
      k.earnings end`,
};
