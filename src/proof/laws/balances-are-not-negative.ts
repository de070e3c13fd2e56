import { sql } from 'kysely';
import { userFigures } from '../../payout/user-figures.sql.js';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** Over the very statement that answers the API. @see docs/domain.md V1.6, B3 */
export const balancesAreNotNegative: Law = {
  law: '6 no negative balance',
  statement: 'No user has been paid, or has asked for, more than is available of what they earned.',
  violations: sql<Violation>`
    select 'user ' || clipper_id || ' has a balance of ' || ${moneyText('available_balance')} || ': available are ' ||
      ${moneyText('available_earnings')} || ', paid ' || ${moneyText('paid_out')} || ', asked for ' ||
        ${moneyText('pending_payouts')} as example
    from (${userFigures(() => sql<boolean>`true`)}) f
    where available_balance < 0`,
};
