import type { EntityManager } from '../infra/database/database.js';
import { newId } from '../infra/identifier.js';
import type { Campaign } from './campaign.entity.js';
import type { CampaignEventType } from './campaign-event.entity.js';
import { insertCampaignEvent } from './campaign-event.sql.js';

export interface NewCampaignEvent {
  /** Given when rows that belong to the event were written before it. */
  id?: string;
  type: CampaignEventType;
  content: Record<string, unknown>;
  at: Date;
}

/**
 * Appends an event to a campaign's chain. The caller holds the campaign's lock: it makes the numbers follow each other.
 * @returns the new head of the chain
 * @see docs/domain.md L2, V5
 */
export async function recordCampaignEvent(
  em: EntityManager,
  campaign: Campaign,
  event: NewCampaignEvent,
): Promise<string> {
  const number = campaign.lastEventNumber + 1;
  const hash = await insertCampaignEvent(em, {
    id: event.id ?? newId(),
    campaignId: campaign.id,
    number,
    type: event.type,
    content: event.content,
    at: event.at,
    previousHash: campaign.chainHead,
  });
  campaign.lastEventNumber = number;
  campaign.chainHead = hash;
  return hash;
}
