import { defineLoader } from '../infra/loader.js';
import { inOrderOf } from '../shared/batching.js';
import { type AdInsightRow, findInsightsOfCampaigns } from './ad-insight.sql.js';

interface InsightKey {
  adCampaignId: string;
  period: string;
}

const identify = ({ adCampaignId, period }: InsightKey) => `${period} ${adCampaignId}`;

export const insightOfCampaign = defineLoader<InsightKey, AdInsightRow | null>(
  'ad insight of a campaign',
  async (em, keys) => inOrderOf(keys.map(identify), await findInsightsOfCampaigns(em, keys), identify, null),
  identify,
);
