import { sql } from 'kysely';
import { clipperFigures } from '../../earnings/clipper-figures.sql.js';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** Over the very statement that answers the API. @see docs/domain.md V1.5, B2 */
export const activeAndCompletedAreAll: Law = {
  law: '5 active and completed are all',
  statement: 'For every user, earnings in open campaigns and earnings in ended ones sum to all earnings.',
  violations: sql<Violation>`
    select 'user ' || clipper_id || ': ' || ${moneyText('active_campaign_earnings')} || ' + ' ||
      ${moneyText('completed_campaign_earnings')} || ' is not ' || ${moneyText('total_earned')} as example
    from (${clipperFigures(sql<boolean>`true`)}) f
    where active_campaign_earnings + completed_campaign_earnings <> total_earned`,
};
