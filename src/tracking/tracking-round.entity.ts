import { OptionalProps } from '@mikro-orm/core';
import { Check, Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import { Node } from '../infra/graphql/node.js';
import { Money } from '../infra/graphql/scalars.js';
import { AbandonCause, RoundStatus } from './tracking.enums.js';
import { TrackingRun } from './tracking-run.entity.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'One pass over all live clips of one campaign: read each, then settle once.',
})
@Entity({ tableName: 'tracking_round' })
@Unique({
  name: 'tracking_round_one_unfinished',
  properties: ['campaignId'],
  where: "status in ('PENDING', 'READING')",
})
@Index({ name: 'tracking_round_run_index', properties: ['runId'] })
@Index({ name: 'tracking_round_campaign_index', properties: ['campaignId', 'finishedAt'] })
@Index({ name: 'tracking_round_page_index', properties: ['campaignId', 'id'] })
@Check({ name: 'tracking_round_finished', expression: "(status in ('PENDING', 'READING')) = (finished_at is null)" })
export class TrackingRound {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => TrackingRun, {
    mapToPk: true,
    fieldName: 'run_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  runId!: string;

  @ManyToOne(() => Campaign, {
    mapToPk: true,
    fieldName: 'campaign_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  campaignId!: string;

  @Field(() => RoundStatus, { description: 'The status of the round.' })
  @Enum({ items: () => RoundStatus, type: 'text' })
  status!: RoundStatus;

  @Field(() => String, { nullable: true, description: 'Why it was abandoned or failed.' })
  @Property({ type: 'text', nullable: true })
  reason: string | null = null;

  @Enum({ items: () => AbandonCause, type: 'text', nullable: true })
  abandonCause: AbandonCause | null = null;

  @Property({ type: 'timestamptz', length: 3 })
  plannedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When reading began; null before.' })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  startedAt: Date | null = null;

  /** When it was settled, abandoned or failed. */
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  finishedAt: Date | null = null;

  /** Rises with each taking of the round. What is written under an older one is refused. @see docs/domain.md T12 */
  @Property({ type: 'integer', default: 0 })
  epoch = 0;

  @Field(() => Int, { description: 'Clips that were assigned to it when it was planned.' })
  @Property({ type: 'integer' })
  clipsPlanned!: number;

  @Field(() => Int, { description: 'Clips read with a VALUE.' })
  @Property({ type: 'integer' })
  clipsSucceeded = 0;

  @Field(() => Int, { description: 'Clips with any other outcome.' })
  @Property({ type: 'integer' })
  clipsFailed = 0;

  @Field(() => Money, { description: 'What it paid, over all its clips.' })
  @Property({ type: 'bigint' })
  earningsAdded: bigint = 0n;

  @Property({ type: 'boolean' })
  campaignCompleted = false;

  [OptionalProps]?: 'epoch' | 'clipsSucceeded' | 'clipsFailed' | 'earningsAdded' | 'campaignCompleted';
}
