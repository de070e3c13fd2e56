import { DeferMode } from '@mikro-orm/core';
import { Check, Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { CampaignEvent } from '../../campaign/campaign-event.entity.js';
import { Node } from '../../infra/graphql/node.js';
import { Money, SafeInt } from '../../infra/graphql/scalars.js';
import { Clip } from '../../submission/clip.entity.js';
import { TrackingRound } from '../../tracking/tracking-round.entity.js';
import { ViewTracking } from '../../tracking/view-tracking.entity.js';
import { EarningCap, EarningReason } from '../earnings.enums.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "One row of the ledger: why a clip's earnings changed, and by how much. Never edited, never deleted.",
})
@Entity({ tableName: 'earning_entry' })
@Unique({ name: 'earning_entry_one_accrual_per_round', properties: ['clipId', 'roundId'], where: "reason = 'ACCRUAL'" })
@Unique({ name: 'earning_entry_one_reversal', properties: ['clipId'], where: "reason = 'REVERSAL'" })
@Index({ name: 'earning_entry_clip_index', properties: ['clipId', 'id'] })
@Index({ name: 'earning_entry_event_index', properties: ['eventId'] })
@Index({
  name: 'earning_entry_day_index',
  expression: 'create index earning_entry_day_index on earning_entry using brin (created_at)',
})
@Check({
  name: 'earning_entry_amount',
  expression: "amount <> 0 and (reason <> 'ACCRUAL' or amount > 0) and (reason <> 'REVERSAL' or amount < 0)",
})
@Check({ name: 'earning_entry_round', expression: "(reason = 'ACCRUAL') = (round_id is not null)" })
export class EarningEntry {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Clip, {
    mapToPk: true,
    fieldName: 'clip_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  clipId!: string;

  /**
   * The campaign event that this entry is part of: it gives the entry its place in the order.
   * @see docs/domain.md V3, V5
   */
  @ManyToOne(() => CampaignEvent, {
    mapToPk: true,
    fieldName: 'event_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
    deferMode: DeferMode.INITIALLY_DEFERRED,
  })
  eventId!: string;

  @ManyToOne(() => TrackingRound, {
    mapToPk: true,
    fieldName: 'round_id',
    nullable: true,
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  roundId: string | null = null;

  @ManyToOne(() => ViewTracking, {
    mapToPk: true,
    fieldName: 'reading_id',
    nullable: true,
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  readingId: string | null = null;

  @Field(() => Money, { description: "How much the clip's earnings changed; negative for a reversal." })
  @Property({ type: 'bigint' })
  amount!: bigint;

  @Field(() => EarningReason, { description: 'Why.' })
  @Enum({ items: () => EarningReason, type: 'text' })
  reason!: EarningReason;

  @Field(() => EarningCap, { description: 'What kept it below the full pay for its views.' })
  @Enum({ items: () => EarningCap, type: 'text' })
  cap!: EarningCap;

  @Field(() => SafeInt, {
    description: 'Views up to which the clip had been considered before; the baseline for its first entry.',
  })
  @Property({ type: 'bigint' })
  fromViews!: bigint;

  @Field(() => SafeInt, { description: "The clip's views (high-water mark) at this settlement." })
  @Property({ type: 'bigint' })
  toViews!: bigint;

  @Field(() => Money, {
    description: 'Pay for 1,000 counted views that was applied: the one frozen on the submission.',
  })
  @Property({ type: 'bigint' })
  cpm!: bigint;

  @Field(() => Date, { description: 'When it was written.' })
  @Property({ type: 'timestamptz', length: 3 })
  createdAt!: Date;
}
