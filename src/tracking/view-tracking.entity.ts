import { Check, Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';
import { SafeInt } from '../infra/graphql/scalars.js';
import { ReadingOutcome } from '../platform/view-probe.js';
import { Clip } from '../submission/clip.entity.js';

import { TrackingRound } from './tracking-round.entity.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "A reading: one observation of a clip's public view count at one time. Never edited, never deleted.",
})
@Entity({ tableName: 'view_tracking' })
@Unique({ name: 'view_tracking_once_per_round', properties: ['roundId', 'clipId'] })
@Index({ name: 'view_tracking_clip_index', properties: ['clipId', 'id'] })
@Index({
  name: 'view_tracking_day_index',
  expression: 'create index view_tracking_day_index on view_tracking using brin (tracked_at)',
})
@Check({
  name: 'view_tracking_views',
  expression: "(outcome in ('VALUE', 'SUSPECT')) = (views is not null) and views >= 0 and views <= 100000000000",
})
export class ViewTracking {
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

  @ManyToOne(() => TrackingRound, {
    mapToPk: true,
    fieldName: 'round_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  roundId!: string;

  @Field(() => Date, { description: 'When the source answered.' })
  @Property({ type: 'timestamptz', length: 3 })
  trackedAt!: Date;

  @Field(() => ReadingOutcome, { description: 'The outcome of the observation.' })
  @Enum({ items: () => ReadingOutcome, type: 'text' })
  outcome!: ReadingOutcome;

  @Field(() => SafeInt, { nullable: true, description: 'The count; null when there was none.' })
  @Property({ type: 'bigint', nullable: true })
  views: bigint | null = null;

  /** Why there is no VALUE, in a few words of the source or of the rules. */
  @Property({ type: 'text', nullable: true })
  reason: string | null = null;

  /** By how much it raised its clip's mark; 0 for most. What a timeline adds up. @see docs/domain.md B5 */
  @Property({ type: 'bigint', default: 0 })
  gained!: bigint;
}
