import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';

/** @see docs/domain.md V1.10, T7 */
export const viewsAreTheHighWaterMark: Law = {
  law: '10 views are the high-water mark',
  statement: "A clip's views are the highest of its baseline and its VALUE readings.",
  violations: sql<Violation>`
    select 'clip ' || k.id || ' shows ' || k.views || ' views, its highest is ' || greatest(s.initial_views, v.highest) as example
    from clip k join clip_submission s on s.id = k.submission_id
    left join (select clip_id, max(views) as highest from view_tracking where outcome = 'VALUE' group by 1) v on v.clip_id = k.id
    where k.views <> greatest(s.initial_views, v.highest)`,
};
