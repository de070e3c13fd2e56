import type { GraphQLResolveInfo } from 'graphql';
import { sql } from 'kysely';
import { Args, Authorized, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext, Row } from '../infra/context.js';
import { type Connection, connectionOf, IdArgs, newestFirst, pageOf, sliceOf } from '../infra/graphql/connection.js';
import { fieldsOfNodes, requestedColumns } from '../infra/graphql/requested-columns.js';
import { SafeInt } from '../infra/graphql/scalars.js';
import { isId } from '../infra/identifier.js';
import { Platform } from '../platform/platform.js';
import { ownsOrAdmin } from '../user/access.js';
import { Grant } from '../user/grants.js';
import { Clip } from './clip.entity.js';
import { clipColumns, countClips, findClipPage } from './clip.sql.js';
import { ClipSubmission } from './clip-submission.entity.js';
import { ClipsArgs } from './submission.inputs.js';
import { clipById, submissionById } from './submission.loaders.js';

const ClipConnection = connectionOf('Clip', () => Clip);

@Resolver(() => Clip)
export class ClipResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => ClipConnection, { description: 'Clips, newest first. Admins only.' })
  async clips(
    @Args(() => ClipsArgs) args: ClipsArgs,
    @Ctx() { em }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Clip>> {
    const requested = requestedColumns(clipColumns, fieldsOfNodes(info));
    const { state, campaignId, suspect } = args;
    const slice = sliceOf(args, newestFirst(sql`k.id`));
    if (campaignId != null && !isId(campaignId)) return pageOf([], slice, async () => 0);
    const filter = { state, campaignId, suspect };
    return pageOf(await findClipPage(em, filter, slice, requested), slice, () => countClips(em, filter));
  }

  @Authorized(Grant.OWNER, Grant.ADMIN)
  @Query(() => Clip, {
    nullable: true,
    description: 'A clip, for its clipper and for admins; null for anyone else.',
  })
  async clip(@Args(() => IdArgs) { id }: IdArgs, @Ctx() { load, viewer }: RequestContext): Promise<Clip | null> {
    const clip = isId(id) ? await load(clipById).load(id) : null;
    return clip && ownsOrAdmin(viewer, clip.clipperId) ? clip : null;
  }

  @FieldResolver(() => ClipSubmission, { description: 'The submission it comes from.' })
  async submission(@Root() clip: Row<Clip>, @Ctx() context: RequestContext): Promise<ClipSubmission> {
    const submission = await context.load(submissionById).load(clip.submissionId);
    if (!submission) throw new Error('a clip without its submission');
    return submission;
  }

  @FieldResolver(() => Platform, { description: 'Where it is published.' })
  async platform(@Root() clip: Row<Clip>, @Ctx() context: RequestContext): Promise<Platform> {
    return (await this.submission(clip, context)).platform;
  }

  @FieldResolver(() => String, { description: 'Its canonical link.' })
  async url(@Root() clip: Row<Clip>, @Ctx() context: RequestContext): Promise<string> {
    return (await this.submission(clip, context)).canonicalUrl;
  }

  @FieldResolver(() => SafeInt, { description: 'Views above the baseline. Only these pay.' })
  async countedViews(@Root() clip: Row<Clip>, @Ctx() context: RequestContext): Promise<bigint> {
    return clip.views - (await this.submission(clip, context)).initialViews;
  }
}
