import type { GraphQLResolveInfo } from 'graphql';
import { sql } from 'kysely';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import { campaignById } from '../campaign/campaign.loaders.js';
import type { CampaignRow } from '../campaign/campaign.sql.js';
import type { RequestContext, Row } from '../infra/context.js';
import {
  type Connection,
  connectionOf,
  IdArgs,
  newestFirst,
  PageArgs,
  pageOf,
  sliceOf,
} from '../infra/graphql/connection.js';
import { fieldsOfNodes, requestedColumns } from '../infra/graphql/requested-columns.js';
import { Money } from '../infra/graphql/scalars.js';
import type { Told } from '../infra/queue/pub-sub.js';
import { notFound } from '../shared/errors.js';
import { Clip } from '../submission/clip.entity.js';
import { Grant } from '../user/grants.js';
import { followRun } from './progress.service.js';
import { readingColumns } from './reading.sql.js';
import { findRun, startRun, startRunOfCampaign } from './run.service.js';
import { RoundStatus, RunTrigger } from './tracking.enums.js';
import { readingsOfClip, roundsOfCampaign, roundsOfRun, runFigures } from './tracking.loaders.js';
import { countRuns, findRunPage } from './tracking.sql.js';
import { TrackingRound } from './tracking-round.entity.js';
import { TrackingRun } from './tracking-run.entity.js';
import { ViewTracking } from './view-tracking.entity.js';

const TrackingRunConnection = connectionOf('TrackingRun', () => TrackingRun);
const TrackingRoundConnection = connectionOf('TrackingRound', () => TrackingRound);
const ViewTrackingConnection = connectionOf('ViewTracking', () => ViewTracking);

@Resolver(() => TrackingRun)
export class TrackingRunResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => TrackingRunConnection, { description: 'Tracking runs, newest first. Admins only.' })
  async trackingRuns(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { em }: RequestContext,
  ): Promise<Connection<TrackingRun>> {
    const slice = sliceOf(args, newestFirst(sql`n.id`));
    return pageOf(await findRunPage(em, slice), slice, () => countRuns(em));
  }

  @Authorized(Grant.ADMIN)
  @Query(() => TrackingRun, { nullable: true, description: 'A tracking run and its progress. Admins only.' })
  trackingRun(@Args(() => IdArgs) { id }: IdArgs, @Ctx() { em }: RequestContext): Promise<TrackingRun | null> {
    return findRun(em, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => TrackingRun, {
    description:
      'Starts a run and returns at once. It covers one campaign, whatever the allowance, or is planned as the schedule does. Follow it with trackingRun. Admins only.',
  })
  startTrackingRun(
    @Arg('campaignId', () => ID, { nullable: true, description: 'One campaign; none for a planned run over all.' })
    campaignId: string | null,
    @Ctx() { em, deps }: RequestContext,
  ): Promise<TrackingRun> {
    return campaignId != null ? startRunOfCampaign(em, deps, campaignId) : startRun(em, deps, RunTrigger.MANUAL);
  }

  @Authorized(Grant.ADMIN)
  @Subscription(() => TrackingRun, {
    description: 'The current state of a run, and each later state until it ends. Admins only.',
    subscribe: ({ args, context }) => followRun(context, String(args.id)),
  })
  async trackingRunProgress(
    @Root() { id }: Told,
    @Arg('id', () => ID, { description: 'The run.' }) _id: string,
    @Ctx() { em }: RequestContext,
  ): Promise<TrackingRun> {
    const run = await findRun(em, id ?? '');
    if (!run) throw notFound('TrackingRun');
    return run;
  }

  @FieldResolver(() => Int, { description: 'Clips of all its rounds.' })
  async clipsPlanned(@Root() run: Row<TrackingRun>, @Ctx() { load }: RequestContext): Promise<number> {
    return (await load(runFigures).load(run.id)).clipsPlanned;
  }

  @FieldResolver(() => Int, { description: 'Clips with any outcome so far: the progress of the run.' })
  async clipsRead(@Root() run: Row<TrackingRun>, @Ctx() { load }: RequestContext): Promise<number> {
    return (await load(runFigures).load(run.id)).clipsRead;
  }

  @FieldResolver(() => Int, { description: 'Clips read with a VALUE so far.' })
  async clipsSucceeded(@Root() run: Row<TrackingRun>, @Ctx() { load }: RequestContext): Promise<number> {
    return (await load(runFigures).load(run.id)).clipsSucceeded;
  }

  @FieldResolver(() => Int, { description: 'Clips with any other outcome so far.' })
  async clipsFailed(@Root() run: Row<TrackingRun>, @Ctx() { load }: RequestContext): Promise<number> {
    const { clipsRead, clipsSucceeded } = await load(runFigures).load(run.id);
    return clipsRead - clipsSucceeded;
  }

  @FieldResolver(() => Money, { description: 'What its rounds paid.' })
  async earningsAdded(@Root() run: Row<TrackingRun>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(runFigures).load(run.id)).earningsAdded;
  }

  @FieldResolver(() => Int, { description: 'Campaigns that ended with one of its rounds.' })
  async campaignsCompleted(@Root() run: Row<TrackingRun>, @Ctx() { load }: RequestContext): Promise<number> {
    return (await load(runFigures).load(run.id)).campaignsCompleted;
  }

  @FieldResolver(() => [TrackingRound], { description: 'Its rounds, one per campaign; at most 1,000.' })
  rounds(@Root() run: Row<TrackingRun>, @Ctx() { load }: RequestContext): Promise<TrackingRound[]> {
    return load(roundsOfRun).load(run.id);
  }
}

@Resolver(() => TrackingRound)
export class TrackingRoundResolver {
  @FieldResolver(() => Campaign, { description: 'The campaign whose clips it reads.' })
  campaign(@Root() round: Row<TrackingRound>, @Ctx() { load }: RequestContext): Promise<CampaignRow | null> {
    return load(campaignById).load(round.campaignId);
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When its readings became earnings; null when they did not.',
  })
  settledAt(@Root() round: Row<TrackingRound>): Date | null {
    return round.status === RoundStatus.SETTLED ? round.finishedAt : null;
  }
}

@Resolver(() => Campaign)
export class CampaignRoundsResolver {
  @FieldResolver(() => TrackingRoundConnection, {
    description: 'Its tracking rounds, newest first. Empty for anyone but admins.',
  })
  async rounds(
    @Root() campaign: Row<Campaign>,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { viewer, load }: RequestContext,
  ): Promise<Connection<TrackingRound>> {
    const args = { first, after };
    if (!viewer?.admin) return pageOf([], sliceOf(args, newestFirst(sql`r.id`)), async () => 0);
    return load(roundsOfCampaign).load({ parentId: campaign.id, args });
  }
}

@Resolver(() => Clip)
export class ClipReadingsResolver {
  @FieldResolver(() => ViewTrackingConnection, { description: 'Its readings, newest first.' })
  readings(
    @Root() clip: Row<Clip>,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { load }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ViewTracking>> {
    const requested = requestedColumns(readingColumns, fieldsOfNodes(info));
    return load(readingsOfClip).load({ parentId: clip.id, args: { first, after, requested } });
  }
}
