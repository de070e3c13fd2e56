import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { AdInsight } from './ad-insight.entity.js';
import type { AdPeriod } from './ad-period.entity.js';
import { METRICS, MeasuredInsight } from './measured-insight.js';
import type { StoredPeriod } from './period.rules.js';

/** An insight with what its month's fetch says of it. */
export type AdInsightRow = Omit<AdInsight, 'raw'> & { fetchedAt: Date; stale: boolean };

const columns = sql`i.account_id, i.period, i.ad_campaign_id, i.name, i.delivered, i.spend, i.impressions, i.clicks,
  i.booking_step1 as "bookingStep1",
  i.booking_step2 as "bookingStep2", i.booking_step3 as "bookingStep3", i.reservations, i.reservation_value,
    p.fetched_at, p.failure is not null as stale`;

export async function findPeriod(em: EntityManager, accountId: string, period: string): Promise<AdPeriod | undefined> {
  const { rows } = await sql<AdPeriod>`
    select * from ad_period where account_id = ${accountId} and period = ${period}`.execute(database(em));
  return rows[0];
}

/** The months of an account that were tried, from one month on. Callers bound how far back that is. */
export async function findPeriodsSince(em: EntityManager, accountId: string, since: string): Promise<StoredPeriod[]> {
  const { rows } = await sql<StoredPeriod>`
    select period, final from ad_period where account_id = ${accountId} and period >= ${since}`.execute(database(em));
  return rows;
}

/** The most campaigns that an account may have here. */
export const CAMPAIGNS_LIMIT = 10_000;

/** The insights of a month, those that spent most first. */
export async function findInsights(em: EntityManager, accountId: string, period: string): Promise<AdInsightRow[]> {
  const { rows } = await sql<AdInsightRow>`
    select ${columns} from ad_insight i join ad_period p on p.account_id = i.account_id and p.period = i.period
    where i.account_id = ${accountId} and i.period = ${period} and p.fetched_at is not null
    order by i.spend desc, i.ad_campaign_id limit ${CAMPAIGNS_LIMIT}`.execute(database(em));
  return rows;
}

/** The insight of each of these ad campaigns in its month; of several accounts the first that knows it. */
export async function findInsightsOfCampaigns(
  em: EntityManager,
  keys: readonly { adCampaignId: string; period: string }[],
): Promise<AdInsightRow[]> {
  const { rows } = await sql<AdInsightRow>`
    select distinct on (i.ad_campaign_id, i.period) ${columns}
    from unnest(${keys.map((key) => key.adCampaignId)}::text[], ${keys.map((key) => key.period)}::text[])
      k(ad_campaign_id, period)
    join ad_insight i on i.ad_campaign_id = k.ad_campaign_id and i.period = k.period
    join ad_period p on p.account_id = i.account_id and p.period = i.period and p.fetched_at is not null
    order by i.ad_campaign_id, i.period, i.account_id`.execute(database(em));
  return rows;
}

/**
 * Replaces the insights of a month. Takes measurements alone, and looks at run time too.
 * @see docs/domain.md A1
 */
export async function replaceInsights(
  em: EntityManager,
  accountId: string,
  period: string,
  insights: readonly MeasuredInsight[],
): Promise<void> {
  if (!insights.every(MeasuredInsight.is)) throw new TypeError('only measured figures are stored');
  const db = database(em);
  const figures = METRICS.map((metric) => sql`${insights.map((each) => each.figures[metric])}::bigint[]`);
  await sql`delete from ad_insight where account_id = ${accountId} and period = ${period}`.execute(db);
  await sql`
    insert into ad_insight (account_id, period, ad_campaign_id, name, delivered, raw, spend, impressions, clicks,
      booking_step1, booking_step2, booking_step3, reservations, reservation_value)
    select ${accountId}, ${period}, * from unnest(${insights.map((each) => each.campaign.adCampaignId)}::text[],
      ${insights.map((each) => each.campaign.name)}::text[],
      ${insights.map((each) => each.delivered)}::boolean[],
        ${insights.map((each) => JSON.stringify(each.raw))}::jsonb[], ${sql.join(figures)})`.execute(db);
}
