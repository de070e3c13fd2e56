import { OptionalProps, types } from '@mikro-orm/core';
import { Check, Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Authorized, Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import { Platform } from '../platform/platform.js';
import { Grant } from '../user/grants.js';
import { CampaignStatus, CompletionReason } from './campaign.enums.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "A brand's offer to clippers: a budget, a pay per 1,000 views, rules and dates.",
})
@Entity({ tableName: 'campaign' })
@Index({ name: 'campaign_status_index', properties: ['status', 'id'] })
@Index({ name: 'campaign_budget_index', properties: ['budget', 'id'] })
@Index({ name: 'campaign_cpm_index', properties: ['cpm', 'id'] })
@Index({
  name: 'campaign_search_index',
  expression: 'create index campaign_search_index on campaign using gin (title gin_trgm_ops, description gin_trgm_ops)',
})
@Check({ name: 'campaign_budget_range', expression: 'budget >= 10000 and budget <= 1000000000000000' })
@Check({ name: 'campaign_cpm_range', expression: 'cpm >= 1000 and cpm <= 10000000000 and cpm % 1000 = 0' })
@Check({ name: 'campaign_min_views_range', expression: 'min_views >= 0 and min_views <= 1000000000' })
@Check({
  name: 'campaign_maximum_range',
  expression: 'max_earnings_per_clip >= 10000 and max_earnings_per_clip <= 1000000000000000',
})
@Check({ name: 'campaign_dates_in_order', expression: 'ends_at > starts_at' })
@Check({ name: 'campaign_completion', expression: "(status = 'COMPLETED') = (completion_reason is not null)" })
@Check({ name: 'campaign_end', expression: "(status in ('COMPLETED', 'CANCELLED')) = (completed_at is not null)" })
@Check({
  name: 'campaign_earnings_available',
  expression: '(completed_at is null) = (earnings_available_at is null)',
})
@Check({ name: 'campaign_available_after_end', expression: 'earnings_available_at >= completed_at' })
export class Campaign {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String, { description: 'Title that clippers see, 1 to 200 characters.' })
  @Property({ type: 'text' })
  title!: string;

  @Field(() => String, { description: 'What the brand wants, up to 10,000 characters.' })
  @Property({ type: 'text' })
  description!: string;

  @Field(() => CampaignStatus, { description: 'The status of the campaign.' })
  @Enum({ items: () => CampaignStatus, type: 'text' })
  status!: CampaignStatus;

  @Field(() => Money, { description: 'The most that the campaign ever pays.' })
  @Property({ type: 'bigint' })
  budget!: bigint;

  @Field(() => Money, { description: 'Pay for 1,000 counted views.' })
  @Property({ type: 'bigint' })
  cpm!: bigint;

  @Field(() => [Platform], { description: 'Platforms whose clips are accepted.' })
  @Property({ type: types.array, columnType: 'text[]' })
  platforms!: Platform[];

  @Field(() => [String], { description: 'Rules a clip must follow, up to 50.' })
  @Property({ type: types.array, columnType: 'text[]' })
  requirements!: string[];

  @Field(() => SafeInt, {
    description: 'Counted views that a clip needs before it earns. All its counted views pay once it has them.',
  })
  @Property({ type: 'bigint' })
  minViews!: bigint;

  @Field(() => Money, {
    nullable: true,
    description: 'The most that one clip earns; null for no limit but the budget.',
  })
  @Property({ type: 'bigint', nullable: true })
  maxEarningsPerClip: bigint | null = null;

  @Field(() => Date, { nullable: true, description: 'When the campaign opens; null for as soon as it is published.' })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  startsAt: Date | null = null;

  @Field(() => Date, { nullable: true, description: 'Deadline. No clip is accepted after it; null for no deadline.' })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  endsAt: Date | null = null;

  @Field(() => Date, { description: 'When the campaign was made.' })
  @Property({ type: 'timestamptz', length: 3 })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended, completed or cancelled; null while it has not.' })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  completedAt: Date | null = null;

  /** Fixed when the campaign ends. Where only `completedAt` is written, a trigger copies it. @see docs/domain.md C6 */
  @Field(() => Date, {
    nullable: true,
    description: 'When the earnings in this campaign become available for payout; null until it ends.',
  })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  earningsAvailableAt: Date | null = null;

  @Field(() => CompletionReason, {
    nullable: true,
    description: 'Why it was completed; null while it is not, and when cancelled.',
  })
  @Enum({ items: () => CompletionReason, type: 'text', nullable: true })
  completionReason: CompletionReason | null = null;

  @Authorized(Grant.ADMIN)
  @Field(() => Money, {
    simple: false,
    nullable: true,
    description:
      'The stored spent amount, written when a round settles or a clip is revoked. campaignSpendSync compares it. Admins only.',
  })
  @Property({ type: 'bigint' })
  recordedSpent: bigint = 0n;

  @Authorized(Grant.ADMIN)
  @Field(() => String, {
    simple: false,
    nullable: true,
    description: 'Ad campaign at the advertising source that belongs to this campaign. Admins only.',
  })
  @Property({ type: 'text', nullable: true })
  adCampaignId: string | null = null;

  /** Number of the newest campaign event. @see docs/domain.md L2 */
  @Property({ type: 'integer' })
  lastEventNumber = 0;

  /** Hash of the newest campaign event: the head of the chain. @see docs/domain.md V5 */
  @Property({ type: 'text', nullable: true })
  chainHead: string | null = null;

  [OptionalProps]?: 'recordedSpent' | 'lastEventNumber';
}
