import { PrimaryKeyProp } from '@mikro-orm/core';
import { Check, Entity, OneToOne, Property } from '@mikro-orm/decorators/legacy';
import { Campaign } from './campaign.entity.js';

/**
 * What a campaign's clips and submissions add up to. Kept by the database in the statement that changes them; no code
 * writes here, and a trigger refuses whoever tries.
 * @see docs/domain.md B1, B5, C5
 */
@Entity({ tableName: 'campaign_totals' })
@Check({
  name: 'campaign_totals_not_negative',
  expression:
    'earnings >= 0 and views >= 0 and clip_count >= 0 and pending >= 0 and approved >= 0 and rejected >= 0 and withdrawn >= 0',
})
export class CampaignTotals {
  @OneToOne(() => Campaign, { primary: true, mapToPk: true, fieldName: 'campaign_id', deleteRule: 'cascade' })
  campaignId!: string;

  @Property({ type: 'bigint' })
  earnings!: bigint;

  @Property({ type: 'bigint' })
  views!: bigint;

  @Property({ type: 'bigint' })
  clipCount!: bigint;

  @Property({ type: 'bigint' })
  pending!: bigint;

  @Property({ type: 'bigint' })
  approved!: bigint;

  @Property({ type: 'bigint' })
  rejected!: bigint;

  @Property({ type: 'bigint' })
  withdrawn!: bigint;

  [PrimaryKeyProp]?: 'campaignId';
}
