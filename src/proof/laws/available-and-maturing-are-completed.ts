import { sql } from 'kysely';
import { clipperFigures } from '../../earnings/clipper-figures.sql.js';
import type { Law, Violation } from '../law.js';

/**
 * Over the very statement that answers the API. The end of a campaign states when its earnings become available; an end
 * of the first edition and an imported one do not, and there that is the end itself.
 * @see docs/domain.md V1.14, B3, C6
 */
export const availableAndMaturingAreCompleted: Law = {
  law: '14 available and maturing are completed',
  statement:
    "For every user, available and maturing earnings sum to the earnings in ended campaigns; a campaign's earnings become available when its end says.",
  violations: sql<Violation>`
    select 'user ' || clipper_id || ': ' || available_earnings || ' + ' || maturing_earnings || ' is not ' ||
      completed_campaign_earnings as example
    from (${clipperFigures(sql<boolean>`true`)}) f
    where available_earnings + maturing_earnings <> completed_campaign_earnings
    union all
    select 'campaign ' || c.id || ' has its earnings available at ' || c.earnings_available_at || ', its end says ' ||
      coalesce(v.content ->> 'earningsAvailableAt', c.completed_at::text)
    from campaign c join campaign_event v on v.campaign_id = c.id and v.type = 'ENDED'
    where c.earnings_available_at is distinct from coalesce((v.content ->> 'earningsAvailableAt')::timestamptz,
      c.completed_at)`,
};
