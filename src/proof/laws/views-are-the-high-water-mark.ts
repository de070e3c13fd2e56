import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';

/** What readings gained is what timelines add up, so it is checked with the mark. @see docs/domain.md V1.10, T7, B5 */
export const viewsAreTheHighWaterMark: Law = {
  law: '10 views are the high-water mark',
  statement:
    "A clip's views are the highest of its baseline and its VALUE readings, and what its readings gained sums to its counted views.",
  violations: sql<Violation>`
    select 'clip ' || k.id || ' shows ' || k.views || ' views, its highest is ' || greatest(s.initial_views, v.highest)
      || '; its readings gained ' || coalesce(v.gained, 0) as example
    from clip k join clip_submission s on s.id = k.submission_id
    left join (select clip_id, max(views) filter (where outcome = 'VALUE') as highest, sum(gained) as gained
      from view_tracking group by 1) v on v.clip_id = k.id
    where k.views <> greatest(s.initial_views, v.highest) or k.views - s.initial_views <> coalesce(v.gained, 0)`,
};
