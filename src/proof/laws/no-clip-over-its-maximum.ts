import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';
import { moneyText } from '../money.sql.js';

/** @see docs/domain.md V1.12 */
export const noClipOverItsMaximum: Law = {
  law: '12 no clip over its maximum',
  statement: 'No clip has earned more than the maximum frozen on its submission.',
  violations: sql<Violation>`
    select 'clip ' || k.id || ' earned ' || ${moneyText('k.earnings')} || ', its maximum is ' ||
      ${moneyText('s.max_earnings')} as example
    from clip k join clip_submission s on s.id = k.submission_id where k.earnings > s.max_earnings`,
};
