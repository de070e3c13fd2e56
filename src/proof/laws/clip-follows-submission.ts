import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';

/** @see docs/domain.md V1.9, S5, S6 */
export const clipFollowsSubmission: Law = {
  law: '9 a clip follows its submission',
  statement:
    'A clip is LIVE or UNAVAILABLE exactly when its submission is APPROVED, and REVOKED exactly when it was revoked.',
  violations: sql<Violation>`
    select 'submission ' || s.id || ' is ' || s.status || case when s.revoked then ' (revoked)'
      else '' end || ', its clip ' || coalesce(k.state, 'missing') as example
    from clip_submission s left join clip k on k.submission_id = s.id
    where (s.status = 'APPROVED') <> coalesce(k.state in ('LIVE', 'UNAVAILABLE'), false)
      or s.revoked <> coalesce(k.state = 'REVOKED', false)`,
};
