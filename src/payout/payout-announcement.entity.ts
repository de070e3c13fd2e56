import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { Campaign } from '../campaign/campaign.entity.js';
import { User } from '../user/user.entity.js';

/**
 * A clipper was notified (PAYOUT_READY) after the earnings of this campaign had become available to them: once per
 * campaign.
 * @see docs/domain.md P6
 */
@Entity({ tableName: 'payout_announcement' })
export class PayoutAnnouncement {
  @ManyToOne(() => User, {
    primary: true,
    mapToPk: true,
    fieldName: 'clipper_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
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

  @Property({ type: 'timestamptz', length: 3 })
  announcedAt!: Date;

  [PrimaryKeyProp]?: ['clipperId', 'campaignId'];
}
