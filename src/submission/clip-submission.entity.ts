import { OptionalProps } from '@mikro-orm/core';
import { Check, Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import { Node } from '../infra/graphql/node.js';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import { Platform } from '../platform/platform.js';
import { User } from '../user/user.entity.js';
import { RejectionReason, SubmissionStatus } from './submission.enums.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'One clip offered to one campaign. Only its clipper and admins can read it.',
})
@Entity({ tableName: 'clip_submission' })
@Unique({
  name: 'clip_submission_once_per_campaign',
  properties: ['campaignId', 'platform', 'videoId'],
  where: "status in ('PENDING', 'APPROVED') or revoked",
})
@Index({ name: 'clip_submission_campaign_index', properties: ['campaignId', 'id'] })
@Index({ name: 'clip_submission_campaign_status_index', properties: ['campaignId', 'status', 'id'] })
@Index({ name: 'clip_submission_clipper_index', properties: ['clipperId', 'id'] })
@Index({
  name: 'clip_submission_day_index',
  expression: 'create index clip_submission_day_index on clip_submission using brin (submitted_at)',
})
@Index({ name: 'clip_submission_video_index', properties: ['platform', 'videoId', 'id'] })
@Index({ name: 'clip_submission_status_index', properties: ['status', 'id'] })
@Check({ name: 'clip_submission_initial_views', expression: 'initial_views >= 0 and initial_views <= 100000000000' })
@Check({ name: 'clip_submission_rejection', expression: "(status = 'REJECTED') = (rejection_reason is not null)" })
@Check({ name: 'clip_submission_revoked_is_rejected', expression: "not revoked or status = 'REJECTED'" })
@Check({
  name: 'clip_submission_final_earnings',
  expression: "final_earnings is null or (status = 'APPROVED' and final_earnings >= 0)",
})
@Check({ name: 'clip_submission_cpm', expression: 'cpm > 0 and cpm % 1000 = 0' })
export class ClipSubmission {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

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

  @Field(() => String, { description: 'The link as the clipper gave it, without text around it.' })
  @Property({ type: 'text' })
  url!: string;

  @Field(() => String, { description: 'Its canonical link. All forms of a link have the same one.' })
  @Property({ type: 'text' })
  canonicalUrl!: string;

  @Field(() => Platform, { description: 'Where the clip is published.' })
  @Enum({ items: () => Platform, type: 'text' })
  platform!: Platform;

  @Field(() => String, { description: "The platform's own identifier of the clip." })
  @Property({ type: 'text' })
  videoId!: string;

  @Field(() => SubmissionStatus, { description: 'The status of the submission.' })
  @Enum({ items: () => SubmissionStatus, type: 'text' })
  status!: SubmissionStatus;

  @Field(() => SafeInt, { description: 'The baseline: views when it was submitted. They pay nothing.' })
  @Property({ type: 'bigint' })
  initialViews!: bigint;

  @Field(() => Money, { description: 'Pay for 1,000 counted views, as it was when the clip was submitted.' })
  @Property({ type: 'bigint' })
  cpm!: bigint;

  @Field(() => SafeInt, {
    description: 'Counted views below which it earns nothing, as it was when the clip was submitted.',
  })
  @Property({ type: 'bigint' })
  minViews!: bigint;

  @Field(() => Money, {
    nullable: true,
    description: 'The most it can earn, as it was when the clip was submitted; null for no limit.',
  })
  @Property({ type: 'bigint', nullable: true })
  maxEarnings: bigint | null = null;

  @Field(() => Money, {
    nullable: true,
    description:
      'What its clip had earned when the campaign ended; null until then, and when it was not approved or has been revoked.',
  })
  @Property({ type: 'bigint', nullable: true })
  finalEarnings: bigint | null = null;

  @Field(() => RejectionReason, { nullable: true, description: 'Why it was rejected or revoked.' })
  @Enum({ items: () => RejectionReason, type: 'text', nullable: true })
  rejectionReason: RejectionReason | null = null;

  @Field(() => String, { nullable: true, description: "The reviewer's note to the clipper." })
  @Property({ type: 'text', nullable: true })
  rejectionNote: string | null = null;

  /**
   * Approved once and taken back: it stays rejected, and its clip cannot come back to the campaign.
   * @see docs/domain.md S6
   */
  @Property({ type: 'boolean' })
  revoked = false;

  @Field(() => Date, { description: 'When it was stored.' })
  @Property({ type: 'timestamptz', length: 3 })
  submittedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was last reviewed.' })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  reviewedAt: Date | null = null;

  [OptionalProps]?: 'revoked';
}
