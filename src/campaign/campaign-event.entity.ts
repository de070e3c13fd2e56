import { Check, Entity, Enum, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';

export enum CampaignEventType {
  CREATED = 'CREATED',
  TERMS_CHANGED = 'TERMS_CHANGED',
  STATUS_CHANGED = 'STATUS_CHANGED',
  ENDED = 'ENDED',
  DELETED = 'DELETED',
  SUBMITTED = 'SUBMITTED',
  APPROVED = 'APPROVED',
  REJECTED = 'REJECTED',
  REOPENED = 'REOPENED',
  WITHDRAWN = 'WITHDRAWN',
  REVOKED = 'REVOKED',
  ROUND_SETTLED = 'ROUND_SETTLED',
  ROUND_ABANDONED = 'ROUND_ABANDONED',
  IMPORTED = 'IMPORTED',
  ERASED = 'ERASED',
}

/** The version of the events that this edition writes. */
export const EVENT_VERSION = 2;

/**
 * One change of a campaign, its submissions, clips or earnings, numbered under the campaign's lock and chained by hash.
 * @see docs/domain.md L2, V5
 */
@Entity({ tableName: 'campaign_event' })
@Check({ name: 'campaign_event_version_known', expression: 'version in (1, 2)' })
@Unique({ name: 'campaign_event_number_unique', properties: ['campaignId', 'number'] })
export class CampaignEvent {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** No foreign key: the events of a deleted draft outlive it, the last of them says that it was deleted. */
  @Property({ type: 'uuid' })
  campaignId!: string;

  /** 1, 2, 3 ... for each campaign, without a gap. */
  @Property({ type: 'integer' })
  number!: number;

  /** Which columns and keys its hash and its digests cover: 1 is the first edition's. @see docs/domain.md V5 */
  @Property({ type: 'integer', default: 1 })
  version!: number;

  @Enum({ items: () => CampaignEventType, type: 'text' })
  type!: CampaignEventType;

  @Property({ type: 'json', columnType: 'jsonb' })
  content!: Record<string, unknown>;

  @Property({ type: 'timestamptz', length: 3 })
  at!: Date;

  @Property({ type: 'text', nullable: true })
  previousHash: string | null = null;

  @Property({ type: 'text' })
  hash!: string;
}
