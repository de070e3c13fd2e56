import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../infra/context.js';
import { SafeInt } from '../infra/scalars.js';
import { Platform } from '../platform/platform.js';
import { Clip } from './clip.entity.js';
import { ClipSubmission } from './clip-submission.entity.js';
import { submissionById } from './submission.loaders.js';

@Resolver(() => Clip)
export class ClipResolver {
  @FieldResolver(() => ClipSubmission, { description: 'The submission it comes from.' })
  async submission(@Root() clip: Clip, @Ctx() context: RequestContext): Promise<ClipSubmission> {
    const submission = await context.load(submissionById).load(clip.submissionId);
    if (!submission) throw new Error('a clip without its submission');
    return submission;
  }

  @FieldResolver(() => Platform, { description: 'Where it is published.' })
  async platform(@Root() clip: Clip, @Ctx() context: RequestContext): Promise<Platform> {
    return (await this.submission(clip, context)).platform;
  }

  @FieldResolver(() => String, { description: 'Its canonical link.' })
  async url(@Root() clip: Clip, @Ctx() context: RequestContext): Promise<string> {
    return (await this.submission(clip, context)).canonicalUrl;
  }

  @FieldResolver(() => SafeInt, { description: 'Views above the baseline: those that pay.' })
  async countedViews(@Root() clip: Clip, @Ctx() context: RequestContext): Promise<bigint> {
    return clip.views - (await this.submission(clip, context)).initialViews;
  }
}
