import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import { reload } from '../campaign/campaign.resolver.js';
import type { CampaignRow } from '../campaign/campaign.sql.js';
import type { RequestContext, Row } from '../infra/context.js';
import { type Connection, connectionOf, IdArgs, PageArgs } from '../infra/graphql/connection.js';
import { fieldsOfNodes, requestedColumns } from '../infra/graphql/requested-columns.js';
import { SafeInt } from '../infra/graphql/scalars.js';
import { Clip } from '../submission/clip.entity.js';
import { ClipSubmission } from '../submission/clip-submission.entity.js';
import { RejectionInput } from '../submission/submission.inputs.js';
import { readingById, runOfRound } from '../tracking/tracking.loaders.js';
import { TrackingRun } from '../tracking/tracking-run.entity.js';
import { ViewTracking } from '../tracking/view-tracking.entity.js';
import { signedIn } from '../user/access.js';
import { Grant } from '../user/grants.js';
import { EarningReason } from './earnings.enums.js';
import { earningFactsOfClip, entriesOfClip, originOfEntry } from './earnings.loaders.js';
import { entryColumns } from './earnings.sql.js';
import { cancelCampaign, completeCampaign } from './ending/ending.service.js';
import { revokeSubmission } from './ending/revocation.service.js';
import { EarningEntry } from './settlement/earning-entry.entity.js';
import { whyNotEarning } from './why-not-earning.rules.js';

const EarningEntryConnection = connectionOf('EarningEntry', () => EarningEntry);

@Resolver(() => Clip)
export class ClipEarningsResolver {
  @FieldResolver(() => EarningEntryConnection, { description: 'Its ledger. The amounts sum to its earnings.' })
  earningEntries(
    @Root() clip: Row<Clip>,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { load }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<EarningEntry>> {
    const requested = requestedColumns(entryColumns, fieldsOfNodes(info));
    return load(entriesOfClip).load({ parentId: clip.id, args: { first, after, requested } });
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Why it earns nothing now, in a sentence: below the minimum, at its maximum, revoked, campaign over, waiting for its first reading; null when it earns.',
  })
  async whyNotEarning(@Root() clip: Row<Clip>, @Ctx() { load, deps }: RequestContext): Promise<string | null> {
    const facts = await load(earningFactsOfClip).load(clip.id);
    return facts && whyNotEarning(facts, deps.settings.CURRENCY);
  }
}

@Resolver(() => EarningEntry)
export class EarningEntryResolver {
  @FieldResolver(() => ViewTracking, {
    nullable: true,
    description: 'The reading that set fromViews; null for the baseline, and for any entry but an accrual.',
  })
  async fromReading(@Root() entry: Row<EarningEntry>, @Ctx() { load }: RequestContext): Promise<ViewTracking | null> {
    if (entry.reason !== EarningReason.ACCRUAL) return null;
    const origin = await load(originOfEntry).load(entry.id);
    return origin?.readingId ? load(readingById).load(origin.readingId) : null;
  }

  @FieldResolver(() => SafeInt, {
    description: 'Views above the baseline that had been counted with it: those that pay.',
  })
  async countedViews(@Root() entry: Row<EarningEntry>, @Ctx() { load }: RequestContext): Promise<bigint> {
    const origin = await load(originOfEntry).load(entry.id);
    return entry.toViews - (origin?.initialViews ?? 0n);
  }

  @FieldResolver(() => ViewTracking, { nullable: true, description: 'The reading that set toViews.' })
  reading(@Root() entry: Row<EarningEntry>, @Ctx() { load }: RequestContext): Promise<ViewTracking | null> | null {
    return entry.readingId ? load(readingById).load(entry.readingId) : null;
  }

  @FieldResolver(() => TrackingRun, {
    nullable: true,
    description: 'The tracking run it came from; null for a reversal or adjustment, and for anyone but admins.',
  })
  run(@Root() entry: Row<EarningEntry>, @Ctx() { load, viewer }: RequestContext): Promise<TrackingRun | null> | null {
    return entry.roundId && viewer?.admin ? load(runOfRound).load(entry.roundId) : null;
  }
}

@Resolver()
export class EndingResolver {
  @Authorized(Grant.ADMIN)
  @Mutation(() => Campaign, { description: 'Completes an open campaign. Settled earnings stay. Admins only.' })
  async completeCampaign(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<CampaignRow> {
    await completeCampaign(context.em, context.deps, signedIn(context), id);
    return reload(context, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => Campaign, {
    description:
      'Cancels a campaign that has not ended. Settled earnings stay: revoke clips first to take money back. Admins only.',
  })
  async cancelCampaign(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<CampaignRow> {
    await cancelCampaign(context.em, context.deps, signedIn(context), id);
    return reload(context, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => ClipSubmission, {
    description:
      'Revokes an approved submission for fraud and reverses its earnings for good. In an ended campaign it works until the earnings are available. Admins only.',
  })
  revokeSubmission(
    @Arg('id', () => ID, { description: 'The approved submission.' }) id: string,
    @Arg('input', () => RejectionInput, { description: 'Why.' }) input: RejectionInput,
    @Ctx() context: RequestContext,
  ): Promise<ClipSubmission> {
    return revokeSubmission(context.em, context.deps, signedIn(context), id, input);
  }
}
