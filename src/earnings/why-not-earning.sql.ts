import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { EarningFacts } from './why-not-earning.rules.js';

/** The facts of many clips, each from one moment. */
export async function findEarningFacts(
  em: EntityManager,
  clipIds: readonly string[],
): Promise<(EarningFacts & { clipId: string })[]> {
  const { rows } = await sql<EarningFacts & { clipId: string }>`
    select k.id as clip_id, k.state, c.status as campaign_status, s.initial_views, k.views, s.min_views,
      s.max_earnings, k.earnings,
           k.last_tracked_at, k.last_outcome, k.last_value_at
    from clip k join clip_submission s on s.id = k.submission_id join campaign c on c.id = k.campaign_id
    where k.id = any(${clipIds as string[]}::uuid[])`.execute(database(em));
  return rows;
}
