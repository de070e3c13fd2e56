import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** @see docs/domain.md V1.4, B4 */
export const onePlatformTotal: Law = {
  law: '4 one platform total',
  statement:
    'The sum over users, the sum over campaigns and the sum over approved clips are the same, for earnings and for views.',
  violations: sql<Violation>`
    select 'users ' || ${moneyText('u.earnings')} || '/' || u.views || ', campaigns ' || ${moneyText('c.earnings')} ||
      '/' || c.views || ', clips ' || ${moneyText('k.earnings')} || '/' || k.views as example
    from (select coalesce(sum(earnings), 0) as earnings, coalesce(sum(views), 0) as views from clipper_totals) u,
         (select coalesce(sum(earnings), 0) as earnings, coalesce(sum(views), 0) as views from campaign_totals) c,
         (select coalesce(sum(earnings), 0) as earnings, coalesce(sum(views), 0) as views from clip
           where state <> 'REVOKED') k
    where (u.earnings, u.views) <> (c.earnings, c.views) or (c.earnings, c.views) <> (k.earnings, k.views)`,
};
