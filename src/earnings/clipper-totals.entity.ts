import { PrimaryKeyProp } from '@mikro-orm/core';
import { Check, Entity, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { Campaign } from '../campaign/campaign.entity.js';
import { User } from '../user/user.entity.js';

/**
 * What one clipper's clips and submissions in one campaign add up to. Kept by the database in the statement that
 * changes them; no code writes here, and a trigger refuses whoever tries.
 * @see docs/domain.md B1, B5
 */
@Entity({ tableName: 'clipper_totals' })
@Index({ name: 'clipper_totals_campaign_index', properties: ['campaignId'] })
@Check({
  name: 'clipper_totals_not_negative',
  expression:
    'earnings >= 0 and views >= 0 and clip_count >= 0 and pending >= 0 and approved >= 0 and rejected >= 0 and withdrawn >= 0',
})
export class ClipperTotals {
  @ManyToOne(() => User, {
    primary: true,
    mapToPk: true,
    fieldName: 'clipper_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
  })
  clipperId!: string;

  @ManyToOne(() => Campaign, {
    primary: true,
    mapToPk: true,
    fieldName: 'campaign_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
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

  [PrimaryKeyProp]?: ['clipperId', 'campaignId'];
}
