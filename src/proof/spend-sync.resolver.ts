import { Arg, Authorized, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { byApi } from '../audit/audit.service.js';
import { Campaign } from '../campaign/campaign.entity.js';
import type { RequestContext } from '../infra/context.js';
import { Money } from '../infra/graphql/scalars.js';
import { signedIn } from '../user/access.js';
import { Grant } from '../user/grants.js';
import { compareSpend, type SpendSync, syncSpend } from './spend-sync.service.js';

@ObjectType({
  simpleResolvers: true,
  description: 'The stored spent amount of a campaign and what its clips have earned.',
})
class CampaignSpendSync {
  @Field(() => Campaign, { description: 'The campaign.' })
  campaign!: Campaign;

  @Field(() => Money, { description: 'Stored when a round settled, a clip was revoked, or the campaign was imported.' })
  recordedSpent!: bigint;

  @Field(() => Money, { description: 'Sum of the earnings of its approved clips.' })
  actualSpent!: bigint;

  @Field(() => Money, { description: 'actual - recorded.' })
  difference!: bigint;

  @Field(() => Boolean, { description: 'Whether the two differ.' })
  needsSync!: boolean;

  @Field(() => Int, { description: 'Its approved clips.' })
  approvedClips!: number;
}

@ObjectType({ simpleResolvers: true, description: 'Over all campaigns, also those not listed.' })
class SpendSyncSummary {
  @Field(() => Int, { description: 'Campaigns compared.' })
  total!: number;

  @Field(() => Int, { description: 'Campaigns whose figures differ.' })
  needsSync!: number;

  @Field(() => Money, { description: 'The sum of the differences, each without its sign.' })
  totalDifference!: bigint;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Recorded and actual spent amounts. Campaigns that differ come first; at most 1,000 are listed.',
})
class SpendSyncReport {
  @Field(() => [CampaignSpendSync], { description: 'The campaigns.' })
  campaigns!: CampaignSpendSync[];

  @Field(() => SpendSyncSummary, { description: 'Over all of them.' })
  summary!: SpendSyncSummary;
}

const inApiForm = ({ campaigns, summary }: SpendSync): SpendSyncReport => ({
  campaigns: campaigns.map((each) => ({ ...each, needsSync: each.difference !== 0n })),
  summary,
});

@Resolver()
export class SpendSyncResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => SpendSyncReport, { description: 'Compares recorded with actual spent. Admins only.' })
  async campaignSpendSync(@CampaignId() id: string | null, @Ctx() { em }: RequestContext): Promise<SpendSyncReport> {
    return inApiForm(await compareSpend(em, id ?? null));
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => SpendSyncReport, {
    description:
      'Replaces the recorded amounts by the actual ones, and returns the differences that it found. Admins only.',
  })
  async syncCampaignSpend(@CampaignId() id: string | null, @Ctx() context: RequestContext): Promise<SpendSyncReport> {
    return inApiForm(await syncSpend(context.em, context.deps, byApi(signedIn(context).id), id ?? null));
  }
}

function CampaignId(): ReturnType<typeof Arg> {
  return Arg('campaignId', () => ID, { nullable: true, description: 'One campaign; none for all.' });
}
