import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { SubmissionCounts, submissionCounts } from '../campaign/submission-counts.js';
import type { RequestContext } from '../infra/context.js';
import { Money, SafeInt } from '../infra/scalars.js';
import { User } from '../user/user.entity.js';
import { clipperFigures } from './earnings.loaders.js';

@Resolver(() => User)
export class ClipperFiguresResolver {
  @FieldResolver(() => Money, { description: 'Sum of the earnings of their approved clips.' })
  async totalEarned(@Root() user: User, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(clipperFigures).load(user.id)).totalEarned;
  }

  @FieldResolver(() => SafeInt, { description: 'Sum of the views (high-water marks) of their approved clips.' })
  async totalViews(@Root() user: User, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(clipperFigures).load(user.id)).totalViews;
  }

  @FieldResolver(() => Money, { description: 'Of totalEarned, what was earned in campaigns that are open.' })
  async activeCampaignEarnings(@Root() user: User, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(clipperFigures).load(user.id)).activeCampaignEarnings;
  }

  @FieldResolver(() => Money, { description: 'Of totalEarned, what was earned in campaigns that have ended.' })
  async completedCampaignEarnings(@Root() user: User, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(clipperFigures).load(user.id)).completedCampaignEarnings;
  }

  @FieldResolver(() => Int, { description: 'Open campaigns with an approved clip of theirs.' })
  async activeCampaignCount(@Root() user: User, @Ctx() { load }: RequestContext): Promise<number> {
    return (await load(clipperFigures).load(user.id)).activeCampaignCount;
  }

  @FieldResolver(() => SubmissionCounts, { description: 'Their submissions by where they stand.' })
  async submissionCounts(@Root() user: User, @Ctx() { load }: RequestContext): Promise<SubmissionCounts> {
    return submissionCounts(await load(clipperFigures).load(user.id));
  }
}
