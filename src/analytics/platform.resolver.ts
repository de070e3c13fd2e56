import { Arg, Args, Authorized, Ctx, Field, FieldResolver, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import { CampaignStatus } from '../campaign/campaign.enums.js';
import { campaignById } from '../campaign/campaign.loaders.js';
import { SubmissionCounts, submissionCounts } from '../campaign/submission-counts.js';
import { BOARD_LENGTH, boardEntry, LeaderboardEntry } from '../earnings/boards/board.resolver.js';
import { findTopClippers } from '../earnings/boards/board.sql.js';
import type { RequestContext } from '../infra/context.js';
import type { CrossRequestRead } from '../infra/database/cross-request-reads.js';
import type { EntityManager } from '../infra/database/database.js';
import { limitOf } from '../infra/graphql/connection.js';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import { Clip } from '../submission/clip.entity.js';
import { Grant } from '../user/grants.js';
import { findPlatformFigures, findTopCampaigns, findTopClips, type PlatformFigures } from './platform.sql.js';
import { TimelineArgs, TimelinePoint } from './timeline.resolver.js';
import { checkDays, fillGaps, type Point } from './timeline.rules.js';
import { findTimelineDays } from './timeline.sql.js';

@ObjectType({ simpleResolvers: true, description: 'Number of campaigns with one status.' })
class CampaignStatusCount {
  @Field(() => CampaignStatus, { description: 'The status.' })
  status!: CampaignStatus;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A number and a total amount.' })
class MoneyTotal {
  @Field(() => Int, { description: 'How many.' })
  count!: number;

  @Field(() => Money, { description: 'The total amount.' })
  amount!: bigint;
}

/** The figures are read when the first of them is asked for, and then all at once. */
@ObjectType({
  simpleResolvers: true,
  description: 'Figures of the whole installation. They are the sums over its users and over its campaigns.',
})
export class PlatformAnalytics {
  constructor(readonly figures: () => Promise<PlatformFigures>) {}
}

/** Heavy ones, that look at everything there is: whoever asks at the same time is answered by the same statement. */
const platformFigures = { batch: async (em: EntityManager) => [await findPlatformFigures(em)] };
const topOf = <T>(find: (em: EntityManager, first: number) => Promise<T[]>): CrossRequestRead<T[]> => ({
  batch: async (em, _ids, first) => [await find(em, Number(first))],
});
const topClippers = topOf(findTopClippers);
const topCampaigns = topOf(findTopCampaigns);
const topClips = topOf(findTopClips);

const ORDERED = 'by earnings, then views, then id, over approved clips';

@Resolver(() => PlatformAnalytics)
export class PlatformAnalyticsResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => PlatformAnalytics, { description: 'Figures of the installation. Admins only.' })
  platformAnalytics(@Ctx() { sharedReads }: RequestContext): PlatformAnalytics {
    let read: Promise<PlatformFigures> | undefined;
    return new PlatformAnalytics(() => {
      read ??= sharedReads.loadOne(platformFigures);
      return read;
    });
  }

  @FieldResolver(() => Int, { description: 'Users who have ever signed in.' })
  async totalUsers(@Root() { figures }: PlatformAnalytics): Promise<number> {
    return (await figures()).totalUsers;
  }

  @FieldResolver(() => Int, { description: 'Users of the role CLIPPER.' })
  async totalClippers(@Root() { figures }: PlatformAnalytics): Promise<number> {
    return (await figures()).totalClippers;
  }

  @FieldResolver(() => [CampaignStatusCount], { description: 'Number of campaigns per status, zeros included.' })
  async campaignsByStatus(@Root() { figures }: PlatformAnalytics): Promise<CampaignStatusCount[]> {
    const { campaigns } = await figures();
    return Object.values(CampaignStatus).map((status) => ({ status, count: campaigns[status] }));
  }

  @FieldResolver(() => SubmissionCounts, { description: 'All submissions by status.' })
  async submissionCounts(@Root() { figures }: PlatformAnalytics): Promise<SubmissionCounts> {
    return submissionCounts(await figures());
  }

  @FieldResolver(() => Money, { description: 'Sum of the earnings of all approved clips.' })
  async totalEarnings(@Root() { figures }: PlatformAnalytics): Promise<bigint> {
    return (await figures()).totalEarnings;
  }

  @FieldResolver(() => SafeInt, { description: 'Sum of the views (high-water marks) of all approved clips.' })
  async totalViews(@Root() { figures }: PlatformAnalytics): Promise<bigint> {
    return (await figures()).totalViews;
  }

  @FieldResolver(() => MoneyTotal, { description: 'Payments made that did not come back.' })
  async completedPayouts(@Root() { figures }: PlatformAnalytics): Promise<MoneyTotal> {
    const { payoutCount, payoutAmount } = await figures();
    return { count: payoutCount, amount: payoutAmount };
  }

  @FieldResolver(() => MoneyTotal, { description: 'Open payout requests: PENDING and APPROVED.' })
  async pendingPayoutRequests(@Root() { figures }: PlatformAnalytics): Promise<MoneyTotal> {
    const { requestCount, requestAmount } = await figures();
    return { count: requestCount, amount: requestAmount };
  }

  @FieldResolver(() => [LeaderboardEntry], { description: `Clippers ${ORDERED}.` })
  async topClippers(
    @First() first: number | null,
    @Ctx() { sharedReads }: RequestContext,
  ): Promise<LeaderboardEntry[]> {
    return (await sharedReads.loadOne(topClippers, placesOf(first))).map(boardEntry);
  }

  @FieldResolver(() => [Campaign], { description: `Campaigns ${ORDERED}.` })
  async topCampaigns(@First() first: number | null, @Ctx() { sharedReads, load }: RequestContext) {
    const ids = await sharedReads.loadOne(topCampaigns, placesOf(first));
    return load(campaignById).loadMany(ids);
  }

  @FieldResolver(() => [Clip], { description: `Clips ${ORDERED}.` })
  topClips(@First() first: number | null, @Ctx() { sharedReads }: RequestContext): Promise<Clip[]> {
    return sharedReads.loadOne(topClips, placesOf(first));
  }

  @FieldResolver(() => [TimelinePoint], { description: 'One point per day. A day without activity has zeros.' })
  async timeline(
    @Args(() => TimelineArgs) { from, to }: TimelineArgs,
    @Ctx() { em }: RequestContext,
  ): Promise<Point[]> {
    checkDays(from, to);
    return fillGaps(await findTimelineDays(em, 'platform', [], { from, to }), from, to);
  }
}

const placesOf = (first: number | null) => String(limitOf(first, BOARD_LENGTH));

/** The argument of every board. */
function First(): ReturnType<typeof Arg> {
  return Arg('first', () => Int, {
    nullable: true,
    defaultValue: BOARD_LENGTH,
    description: 'Number of entries, 1 to 100; null for 10.',
  });
}
