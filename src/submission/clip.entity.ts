import { OptionalProps } from '@mikro-orm/core';
import { Check, Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import { Node } from '../infra/graphql/node.js';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import { User } from '../user/user.entity.js';
import { ClipSubmission } from './clip-submission.entity.js';
import { ClipState } from './submission.enums.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'An approved submission. It is tracked and it earns.',
})
@Entity({ tableName: 'clip' })
@Unique({ name: 'clip_submission_unique', properties: ['submissionId'] })
@Index({ name: 'clip_campaign_index', properties: ['campaignId', 'id'] })
@Index({ name: 'clip_clipper_index', properties: ['clipperId', 'id'] })
@Index({ name: 'clip_state_index', properties: ['state', 'id'] })
@Index({ name: 'clip_suspect_index', properties: ['id'], where: "last_outcome = 'SUSPECT'" })
@Check({ name: 'clip_not_negative', expression: 'views >= 0 and earnings >= 0 and failures >= 0' })
@Check({ name: 'clip_revoked_earns_nothing', expression: "state <> 'REVOKED' or earnings = 0" })
export class Clip {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => ClipSubmission, {
    mapToPk: true,
    fieldName: 'submission_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  submissionId!: string;

  @ManyToOne(() => Campaign, {
    mapToPk: true,
    fieldName: 'campaign_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  campaignId!: string;

  @ManyToOne(() => User, {
    mapToPk: true,
    fieldName: 'clipper_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  clipperId!: string;

  @Field(() => ClipState, { description: 'Whether it is tracked and earns.' })
  @Enum({ items: () => ClipState, type: 'text' })
  state!: ClipState;

  @Field(() => SafeInt, { description: 'High-water mark: the highest of its baseline and its VALUE readings.' })
  @Property({ type: 'bigint' })
  views!: bigint;

  @Field(() => Money, { description: 'The sum of its earning entries.' })
  @Property({ type: 'bigint' })
  earnings!: bigint;

  /** The reading that set the mark; null while the mark is the baseline. */
  @Property({ type: 'uuid', nullable: true })
  markReadingId: string | null = null;

  @Property({ type: 'timestamptz', length: 3 })
  approvedAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When it was last read, whatever the outcome; null until its first round.',
  })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  lastTrackedAt: Date | null = null;

  /** Outcome of its newest reading. */
  @Property({ type: 'text', nullable: true })
  lastOutcome: string | null = null;

  /** When it last had a VALUE. @see docs/domain.md T8 */
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  lastValueAt: Date | null = null;

  /** The count of its newest reading, MISSING aside, when that was SUSPECT. @see docs/domain.md T7 */
  @Property({ type: 'bigint', nullable: true })
  suspectViews: bigint | null = null;

  /** Failures in a row that count toward quarantine. @see docs/domain.md T8 */
  @Property({ type: 'integer' })
  failures = 0;

  [OptionalProps]?: 'failures';
}
