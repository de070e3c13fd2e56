import { defineRequestLoader } from '../infra/graphql/loader.js';
import { inOrderOf } from '../shared/batching.js';
import { type AdInsightRow, findInsightsOfCampaigns } from './ad-insight.sql.js';
import { monthFor } from './ad-report.service.js';

interface InsightKey {
  adCampaignId: string;
  period: string;
}

/** The month that a period given, or none (null), means: found out once for all campaigns of an answer. */
export const monthOf = defineRequestLoader<string, string>('month', async (em, periods, { deps }) =>
  Promise.all(periods.map((period) => monthFor(em, deps, period === CURRENT ? null : period))),
);
export const CURRENT = 'current';

const identify = ({ adCampaignId, period }: InsightKey) => `${period} ${adCampaignId}`;

export const insightOfCampaign = defineRequestLoader<InsightKey, AdInsightRow | null>(
  'ad insight of a campaign',
  async (em, keys) => inOrderOf(keys.map(identify), await findInsightsOfCampaigns(em, keys), identify, null),
  identify,
);
