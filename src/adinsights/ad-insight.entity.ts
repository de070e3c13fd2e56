import { PrimaryKeyProp } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import type { RawRow } from './insight-row.rules.js';
import type { Figures } from './measured-insight.js';

@ObjectType({
  simpleResolvers: true,
  description: "What one ad campaign did in a month, from its own row at the source, in the account's currency.",
})
@Entity({ tableName: 'ad_insight' })
@Index({ name: 'ad_insight_campaign_index', properties: ['adCampaignId', 'period'] })
@Check({
  name: 'ad_insight_not_negative',
  expression:
    'spend >= 0 and impressions >= 0 and clicks >= 0 and booking_step1 >= 0 and booking_step2 >= 0 and booking_step3 >= 0 and reservations >= 0 and reservation_value >= 0',
})
@Check({
  name: 'ad_insight_undelivered_is_zero',
  expression: 'delivered or (spend = 0 and impressions = 0 and clicks = 0 and reservations = 0)',
})
export class AdInsight implements Figures {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  @PrimaryKey({ type: 'text' })
  period!: string;

  @Field(() => String, { description: 'Identifier of the ad campaign at the source.' })
  @PrimaryKey({ type: 'text' })
  adCampaignId!: string;

  @Field(() => String, { description: 'Its name at the source.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => Boolean, {
    description: 'Whether the source has a row for it. Without a row all figures are 0.',
  })
  @Property({ type: 'boolean' })
  delivered!: boolean;

  @Field(() => Money, { description: "Money spent on it, in the account's currency." })
  @Property({ type: 'bigint' })
  spend!: bigint;

  @Field(() => SafeInt, { description: 'How often it was shown.' })
  @Property({ type: 'bigint' })
  impressions!: bigint;

  @Field(() => SafeInt, { description: 'Clicks on it.' })
  @Property({ type: 'bigint' })
  clicks!: bigint;

  @Field(() => SafeInt, { description: 'First step of a booking, such as a search.' })
  @Property({ type: 'bigint', fieldName: 'booking_step1' })
  bookingStep1!: bigint;

  @Field(() => SafeInt, { description: 'Second step, such as looking at an offer.' })
  @Property({ type: 'bigint', fieldName: 'booking_step2' })
  bookingStep2!: bigint;

  @Field(() => SafeInt, { description: 'Third step, such as beginning to pay.' })
  @Property({ type: 'bigint', fieldName: 'booking_step3' })
  bookingStep3!: bigint;

  @Field(() => SafeInt, { description: 'Bookings that were completed.' })
  @Property({ type: 'bigint' })
  reservations!: bigint;

  @Field(() => Money, { description: "Value of the reservations, in the account's currency." })
  @Property({ type: 'bigint' })
  reservationValue!: bigint;

  /** Every action as the source reported it. */
  @Property({ type: 'json', columnType: 'jsonb' })
  raw!: Pick<RawRow, 'actions' | 'action_values'>;

  [PrimaryKeyProp]?: ['accountId', 'period', 'adCampaignId'];
}
