import type { GraphQLResolveInfo } from 'graphql';
import { sql } from 'kysely';
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import { campaignById } from '../campaign/campaign.loaders.js';
import type { CampaignRow } from '../campaign/campaign.sql.js';
import type { RequestContext, Row } from '../infra/context.js';
import { type Connection, connectionOf, IdArgs, newestFirst, pageOf, sliceOf } from '../infra/graphql/connection.js';
import { fieldsOf } from '../infra/graphql/requested-columns.js';
import { isId } from '../infra/identifier.js';
import { ownsOrAdmin, signedIn } from '../user/access.js';
import { ClipperProfile, profileOf } from '../user/clipper-profile.js';
import { Grant } from '../user/grants.js';
import { limitRate } from '../user/limit-rate.js';
import { User } from '../user/user.entity.js';
import { userById } from '../user/user.loaders.js';
import { Clip } from './clip.entity.js';
import { ClipSubmission } from './clip-submission.entity.js';
import { approveSubmissions, rejectSubmission, reopenSubmission } from './review.service.js';
import { SubmissionOrder } from './submission.enums.js';
import {
  RejectionInput,
  SubmissionsArgs,
  SubmissionsOfCampaignArgs,
  SubmissionsOfClipperArgs,
  SubmitClipInput,
} from './submission.inputs.js';
import {
  clipBySubmission,
  loadSubmission,
  sameClipOf,
  submissionDemands,
  submissionsOfCampaign,
  submissionsOfClipper,
} from './submission.loaders.js';
import { submitClip, withdrawSubmission } from './submission.service.js';
import { countSubmissions, findSubmissions, type ListedSubmission, type SubmissionFilter } from './submission.sql.js';

export const ClipSubmissionConnection = connectionOf('ClipSubmission', () => ClipSubmission);

@Resolver(() => ClipSubmission)
export class SubmissionResolver {
  @Authorized(Grant.OWNER, Grant.ADMIN)
  @Query(() => ClipSubmission, {
    nullable: true,
    description: 'A submission, for its clipper and for admins; null for anyone else.',
  })
  async submission(
    @Args(() => IdArgs) { id }: IdArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ListedSubmission | null> {
    const submission = isId(id) ? await loadSubmission(context, id, submissionDemands(info, fieldsOf)) : null;
    return submission && ownsOrAdmin(context.viewer, submission.clipperId) ? submission : null;
  }

  @Authorized(Grant.ADMIN)
  @Query(() => ClipSubmissionConnection, {
    description: 'All submissions, newest first unless an order is given. Admins only.',
  })
  async submissions(
    @Args(() => SubmissionsArgs) args: SubmissionsArgs,
    @Ctx() { em }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ClipSubmission>> {
    const { status, campaignId, clipperId, platform, orderBy } = args;
    const filter: SubmissionFilter = { status, campaignId, clipperId, platform };
    // Ids are UUIDv7: their order is that of submission.
    const direction = orderBy === SubmissionOrder.SUBMITTED_AT_ASC ? 'asc' : 'desc';
    const slice = sliceOf(args, { direction, id: sql`s.id` });
    if ([campaignId, clipperId].some((id) => id != null && !isId(id))) return pageOf([], slice, async () => 0);
    return pageOf(await findSubmissions(em, filter, slice, submissionDemands(info)), slice, () =>
      countSubmissions(em, filter),
    );
  }

  @FieldResolver(() => Campaign, { description: 'The campaign it was offered to.' })
  campaign(@Root() submission: Row<ClipSubmission>, @Ctx() context: RequestContext): Promise<CampaignRow | null> {
    return context.load(campaignById).load(submission.campaignId);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who submitted it, for that user and for admins; null for anyone else.',
  })
  clipper(
    @Root() { clipperId }: Row<ClipSubmission>,
    @Ctx() { load, viewer }: RequestContext,
  ): Promise<User | null> | null {
    return ownsOrAdmin(viewer, clipperId) ? load(userById).load(clipperId) : null;
  }

  @FieldResolver(() => ClipperProfile, { description: 'What everyone may know of who submitted it.' })
  async clipperProfile(
    @Root() { clipperId }: Row<ClipSubmission>,
    @Ctx() { load }: RequestContext,
  ): Promise<ClipperProfile | null> {
    const clipper = await load(userById).load(clipperId);
    return clipper && profileOf(clipper);
  }

  @FieldResolver(() => Clip, { nullable: true, description: 'The clip it became; null until it is approved.' })
  clip(@Root() submission: Row<ListedSubmission>, @Ctx() context: RequestContext): Promise<Clip | null> | Clip | null {
    if (submission.clip !== undefined) return submission.clip;
    return context.load(clipBySubmission).load(submission.id);
  }

  @FieldResolver(() => [ClipSubmission], {
    description:
      'Other submissions of the same clip, to whatever campaign, newest first; at most 50. Empty for anyone but admins.',
  })
  sameClip(
    @Root() submission: Row<ClipSubmission>,
    @Ctx() { viewer, load }: RequestContext,
  ): Promise<ClipSubmission[]> | ClipSubmission[] {
    return viewer?.admin ? load(sameClipOf).load(submission.id) : [];
  }

  @Authorized()
  @Mutation(() => ClipSubmission, {
    description:
      'Submits a clip to a campaign. Its current views become its baseline. It keeps the current terms of the campaign.',
  })
  async submitClip(
    @Arg('input', () => SubmitClipInput, { description: 'The clip and the campaign.' }) input: SubmitClipInput,
    @Ctx() context: RequestContext,
  ): Promise<ClipSubmission> {
    await limitRate(context, 'submitClip');
    return submitClip(context.em, context.deps, signedIn(context), input);
  }

  @Authorized(Grant.OWNER)
  @Mutation(() => ClipSubmission, { description: 'Withdraws one’s own submission while it is PENDING.' })
  withdrawSubmission(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<ClipSubmission> {
    return withdrawSubmission(context.em, context.deps, signedIn(context), id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => ClipSubmission, {
    description: 'Approves a PENDING submission: its clip is tracked and earns. Admins only.',
  })
  async approveSubmission(
    @Args(() => IdArgs) { id }: IdArgs,
    @Ctx() context: RequestContext,
  ): Promise<ClipSubmission | undefined> {
    return (await approveSubmissions(context.em, context.deps, signedIn(context), [id]))[0];
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => [ClipSubmission], { description: 'Approves PENDING submissions, all or none. Admins only.' })
  approveSubmissions(
    @Arg('ids', () => [ID], { description: '1 to 100 submissions.' }) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<ClipSubmission[]> {
    return approveSubmissions(context.em, context.deps, signedIn(context), ids);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => ClipSubmission, { description: 'Rejects a PENDING submission. Admins only.' })
  rejectSubmission(
    @Arg('id', () => ID, { description: 'The submission.' }) id: string,
    @Arg('input', () => RejectionInput, { description: 'Why.' }) input: RejectionInput,
    @Ctx() context: RequestContext,
  ): Promise<ClipSubmission> {
    return rejectSubmission(context.em, context.deps, signedIn(context), id, input);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => ClipSubmission, {
    description: 'REJECTED -> PENDING, unless revoked or submitted again. Admins only.',
  })
  reopenSubmission(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<ClipSubmission> {
    return reopenSubmission(context.em, context.deps, signedIn(context), id);
  }
}

@Resolver(() => Campaign)
export class CampaignSubmissionsResolver {
  @FieldResolver(() => ClipSubmissionConnection, {
    description: 'Submissions to it: clippers see their own, admins all.',
  })
  async submissions(
    @Root() campaign: Row<Campaign>,
    @Args(() => SubmissionsOfCampaignArgs) args: SubmissionsOfCampaignArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ClipSubmission>> {
    const { viewer } = context;
    if (!viewer) return pageOf([], sliceOf(args, newestFirst(sql`s.id`)), async () => 0);
    const { first, after, status } = args;
    const clipperId = viewer.admin ? null : viewer.id;
    const requested = submissionDemands(info);
    return context
      .load(submissionsOfCampaign)
      .load({ parentId: campaign.id, args: { first, after, status, clipperId, requested } });
  }
}

@Resolver(() => User)
export class UserSubmissionsResolver {
  @FieldResolver(() => ClipSubmissionConnection, { description: 'What the user submitted.' })
  async submissions(
    @Root() user: Row<User>,
    @Args(() => SubmissionsOfClipperArgs) args: SubmissionsOfClipperArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ClipSubmission>> {
    const { first, after, status, campaignId } = args;
    if (campaignId != null && !isId(campaignId))
      return pageOf([], sliceOf(args, newestFirst(sql`s.id`)), async () => 0);
    return context
      .load(submissionsOfClipper)
      .load({ parentId: user.id, args: { first, after, status, campaignId, requested: submissionDemands(info) } });
  }
}
