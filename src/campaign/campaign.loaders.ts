import type { Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { defineLoader, defineRequestLoader } from '../infra/graphql/loader.js';
import { inOrderOf } from '../shared/batching.js';
import { type CampaignRow, findCampaignsByIds, findVisibleCampaigns } from './campaign.sql.js';

/** For fields of things whose viewer may see the campaign with them. */
export const campaignById = defineLoader<CampaignRow | null>('campaign by id', async (em, ids) =>
  inOrderOf(ids, await findCampaignsByIds(em, ids), (campaign) => campaign.id, null),
);

const visible = {
  batch: async (em: EntityManager, ids: readonly string[], viewer: string) =>
    inOrderOf(ids, await findVisibleCampaigns(em, ids, JSON.parse(viewer) as Viewer | null), ({ id }) => id, null),
};

/** For whoever names a campaign: null for one that the viewer may not see. */
export const visibleCampaign = defineRequestLoader<string, CampaignRow | null>(
  'visible campaign',
  (_em, ids, context) => {
    const { viewer, sharedReads } = context;
    // What an admin sees, every admin sees.
    return sharedReads.load(visible, JSON.stringify(viewer?.admin ? { admin: true } : viewer), ids);
  },
);
