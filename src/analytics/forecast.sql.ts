import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { ForecastFacts } from './forecast.rules.js';

/**
 * A round's figure is the sum of its accruals: rounds are few where entries are many. What revoked clips accrued is
 * left out.
 */
export async function findForecastFacts(
  em: EntityManager,
  campaignIds: readonly string[],
  since: Date,
): Promise<(ForecastFacts & { campaignId: string })[]> {
  const { rows } = await sql<ForecastFacts & { campaignId: string }>`
    select c.id as campaign_id, c.completed_at is not null as ended, c.budget - t.earnings as remaining,
           r.settled::int as settled_rounds, (r.accrued - x.revoked)::bigint as accrued, s.since
    from campaign c join campaign_totals t on t.campaign_id = c.id
    cross join lateral (
      select count(*) as settled, coalesce(sum(earnings_added) filter (where finished_at >= ${since}),
        0)::bigint as accrued
      from tracking_round r where r.campaign_id = c.id and r.status = 'SETTLED') r
    cross join lateral (
      select coalesce(sum(e.amount), 0) as revoked from clip k join earning_entry e on e.clip_id = k.id
      where k.campaign_id = c.id and k.state = 'REVOKED' and e.reason = 'ACCRUAL' and e.created_at >= ${since}) x
    left join lateral (
      select s.submitted_at as since from clip_submission s
      where s.campaign_id = c.id and s.status = 'APPROVED' order by s.id limit 1) s on true
    where c.id = any(${campaignIds as string[]}::uuid[])`.execute(database(em));
  return rows;
}
