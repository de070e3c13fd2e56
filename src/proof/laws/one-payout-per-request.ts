import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** @see docs/domain.md V1.8, P3 */
export const onePayoutPerRequest: Law = {
  law: '8 one payout per request',
  statement:
    'Every completed or returned request has one payout of the same clipper, amount and method, returned exactly when it is; no other payout exists.',
  violations: sql<Violation>`
    select 'request ' || r.id || ' is ' || r.status || ' with ' || count(p.id) || ' payouts of ' ||
      ${moneyText('coalesce(sum(p.amount), 0)')} || ', it asks for ' || ${moneyText('r.amount')} as example
    from payout_request r left join payout p on p.request_id = r.id
    group by r.id
    having (r.status in ('COMPLETED', 'RETURNED') and count(p.id) <> 1) or (r.status not in ('COMPLETED', 'RETURNED')
      and count(p.id) > 0)
      or bool_or((p.amount, p.clipper_id, p.method) <> (r.amount, r.clipper_id, r.method)
        or (p.returned_at is not null) <> (r.status = 'RETURNED'))
    union all
    select 'payout ' || p.id || ' belongs to no request' from payout p left join payout_request r
      on r.id = p.request_id where r.id is null`,
};
