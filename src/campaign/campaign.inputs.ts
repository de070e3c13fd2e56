import { ArgsType, Field, InputType } from 'type-graphql';
import { PageArgs } from '../infra/graphql/connection.js';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import { Platform } from '../platform/platform.js';
import { CampaignOrder, CampaignStatus } from './campaign.enums.js';
import type { CampaignTerms } from './campaign.rules.js';

@InputType({ description: 'A new campaign.' })
export class CreateCampaignInput implements CampaignTerms {
  @Field(() => String, { description: '1 to 200 characters.' })
  title!: string;

  @Field(() => String, { defaultValue: '', description: 'Up to 10,000 characters.' })
  description!: string;

  @Field(() => Money, { description: 'The most that it ever pays: 0.01 to 1,000,000,000.' })
  budget!: bigint;

  @Field(() => Money, { description: 'Pay for 1,000 counted views: 0.001 to 10,000, at most 3 decimals.' })
  cpm!: bigint;

  @Field(() => [Platform], { description: 'Platforms whose clips are accepted, at least one.' })
  platforms!: Platform[];

  @Field(() => [String], {
    defaultValue: [],
    description: 'Rules a clip must follow: up to 50, each of 1 to 500 characters.',
  })
  requirements!: string[];

  @Field(() => SafeInt, {
    defaultValue: 0n,
    description: 'Counted views below which a clip earns nothing, up to 1,000,000,000.',
  })
  minViews!: bigint;

  @Field(() => Money, {
    nullable: true,
    description: 'The most that one clip earns: 0.01 to 1,000,000,000; none for no limit.',
  })
  maxEarningsPerClip: bigint | null = null;

  @Field(() => Date, { nullable: true, description: 'When it opens; none for as soon as it is published.' })
  startsAt: Date | null = null;

  @Field(() => Date, { nullable: true, description: 'Deadline: ahead and after startsAt; none for no deadline.' })
  endsAt: Date | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'Ad campaign at the advertising source that belongs to it, up to 100 characters.',
  })
  adCampaignId: string | null = null;
}

@InputType({
  description:
    'Changes of a campaign. An absent field stays the same; null clears it. New terms apply to later submissions only.',
})
export class UpdateCampaignInput implements Partial<{ [K in keyof CampaignTerms]: CampaignTerms[K] | null }> {
  @Field(() => String, { nullable: true, description: '1 to 200 characters.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'Up to 10,000 characters.' })
  description?: string | null;

  @Field(() => Money, {
    nullable: true,
    description: 'It may be raised before the end, and lowered to more than what is spent.',
  })
  budget?: bigint | null;

  @Field(() => Money, {
    nullable: true,
    description: 'Pay for 1,000 counted views: 0.001 to 10,000, at most 3 decimals.',
  })
  cpm?: bigint | null;

  @Field(() => [Platform], { nullable: true, description: 'Platforms whose clips are accepted, at least one.' })
  platforms?: Platform[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Rules a clip must follow: up to 50, each of 1 to 500 characters.',
  })
  requirements?: string[] | null;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'Counted views below which a clip earns nothing, up to 1,000,000,000.',
  })
  minViews?: bigint | null;

  @Field(() => Money, { nullable: true, description: 'The most that one clip earns; null for no limit.' })
  maxEarningsPerClip?: bigint | null;

  @Field(() => Date, { nullable: true, description: 'When it opens; fixed once it has started.' })
  startsAt?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Deadline: ahead and after startsAt; null for no deadline.' })
  endsAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Ad campaign at the advertising source that belongs to it.' })
  adCampaignId?: string | null;
}

@ArgsType()
export class CampaignsArgs extends PageArgs {
  @Field(() => [CampaignStatus], {
    nullable: true,
    description: 'Only campaigns with one of these statuses; omit it for all that the viewer may see.',
  })
  status?: CampaignStatus[] | null;

  @Field(() => Platform, { nullable: true, description: 'Only campaigns that accept clips of this platform.' })
  platform?: Platform | null;

  @Field(() => String, { nullable: true, description: 'Text in the title or description, up to 100 characters.' })
  search?: string | null;

  @Field(() => CampaignOrder, {
    nullable: true,
    defaultValue: CampaignOrder.CREATED_AT_DESC,
    description: 'Order of the list; null for newest first.',
  })
  orderBy!: CampaignOrder | null;
}
