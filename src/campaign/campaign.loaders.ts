import { defineLoader } from '../infra/loader.js';
import { inOrderOf } from '../shared/batching.js';
import { type CampaignRow, findCampaignsByIds, findVisibleCampaigns } from './campaign.sql.js';

/** For fields of things whose viewer may see the campaign with them. */
export const campaignById = defineLoader<string, CampaignRow | null>('campaign by id', async (em, ids) =>
  inOrderOf(ids, await findCampaignsByIds(em, ids), (campaign) => campaign.id, null),
);

/** For whoever names a campaign: null for one that the viewer may not see. */
export const visibleCampaign = defineLoader<string, CampaignRow | null>('visible campaign', async (em, ids, context) =>
  inOrderOf(ids, await findVisibleCampaigns(em, ids, context.viewer), (campaign) => campaign.id, null),
);
