import type { EntityManager } from '../infra/database/database.js';
import { newId } from '../infra/identifier.js';
import type { Campaign } from './campaign.entity.js';
import { type CampaignEventType, EVENT_VERSION } from './campaign-event.entity.js';
import { insertCampaignEvent, insertClipsWithoutReading } from './campaign-event.sql.js';

export interface NewCampaignEvent {
  /** Given when rows that belong to the event were written before it. */
  id?: string;
  type: CampaignEventType;
  content: Record<string, unknown>;
  /** Of a round: the clips that took part without a reading of it, in any order. @see docs/domain.md V5 */
  clipsWithoutReading?: readonly string[];
  at: Date;
}

/** An event as it was written: what an audit event names. */
export interface RecordedEvent {
  id: string;
  number: number;
  /** The new head of the chain. */
  hash: string;
}

/**
 * Appends an event to a campaign's chain. The caller holds the campaign's lock: it makes the numbers follow each other.
 * @see docs/domain.md L2, V5
 */
export async function recordCampaignEvent(
  em: EntityManager,
  campaign: Campaign,
  event: NewCampaignEvent,
): Promise<RecordedEvent> {
  const id = event.id ?? newId();
  const content = { ...event.content };
  if (event.clipsWithoutReading)
    content.withoutReading = await insertClipsWithoutReading(em, id, event.clipsWithoutReading);
  const number = campaign.lastEventNumber + 1;
  const hash = await insertCampaignEvent(em, {
    id,
    campaignId: campaign.id,
    number,
    version: EVENT_VERSION,
    type: event.type,
    content,
    at: event.at,
    previousHash: campaign.chainHead,
  });
  campaign.lastEventNumber = number;
  campaign.chainHead = hash;
  return { id, number, hash };
}
