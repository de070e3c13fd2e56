import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { SubmissionCounts, submissionCounts } from '../campaign/submission-counts.js';
import type { RequestContext, Row } from '../infra/context.js';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import { smallestCoin } from '../shared/money.js';
import { User } from '../user/user.entity.js';
import { userFigures } from './payout.loaders.js';
import { payableOf } from './payout.rules.js';

@Resolver(() => User)
export class UserFiguresResolver {
  @FieldResolver(() => Money, { description: 'Sum of the earnings of their approved clips.' })
  async totalEarned(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(userFigures).load(user.id)).totalEarned;
  }

  @FieldResolver(() => SafeInt, { description: 'Sum of the views (high-water marks) of their approved clips.' })
  async totalViews(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(userFigures).load(user.id)).totalViews;
  }

  @FieldResolver(() => Money, { description: 'Of totalEarned, what was earned in campaigns that are open.' })
  async activeCampaignEarnings(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(userFigures).load(user.id)).activeCampaignEarnings;
  }

  @FieldResolver(() => Money, { description: 'Of totalEarned, what was earned in campaigns that have ended.' })
  async completedCampaignEarnings(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(userFigures).load(user.id)).completedCampaignEarnings;
  }

  @FieldResolver(() => Money, {
    description: 'Of completedCampaignEarnings, what is not available yet: see Campaign.earningsAvailableAt.',
  })
  async maturingEarnings(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(userFigures).load(user.id)).maturingEarnings;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When the next of maturingEarnings become available; null when none mature.',
  })
  async nextAvailableAt(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<Date | null> {
    return (await load(userFigures).load(user.id)).nextAvailableAt;
  }

  @FieldResolver(() => Int, { description: 'Open campaigns with an approved clip of theirs.' })
  async activeCampaignCount(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<number> {
    return (await load(userFigures).load(user.id)).activeCampaignCount;
  }

  @FieldResolver(() => SubmissionCounts, { description: 'Their submissions by status.' })
  async submissionCounts(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<SubmissionCounts> {
    return submissionCounts(await load(userFigures).load(user.id));
  }

  @FieldResolver(() => Money, {
    description: 'Available earnings of ended campaigns, less what was paid out and what open requests hold.',
  })
  async availableBalance(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(userFigures).load(user.id)).availableBalance;
  }

  @FieldResolver(() => Money, {
    description:
      'What requestPayout would accept now: availableBalance in whole coins, 0 below the minimum or with an open request.',
  })
  async payable(@Root() user: Row<User>, @Ctx() { load, deps }: RequestContext): Promise<bigint> {
    const { availableBalance, pendingPayouts } = await load(userFigures).load(user.id);
    const { PAYOUT_MINIMUM, CURRENCY } = deps.settings;
    const terms = { minimum: PAYOUT_MINIMUM, coin: smallestCoin(CURRENCY) };
    return payableOf({ available: availableBalance, open: pendingPayouts }, terms);
  }

  @FieldResolver(() => Money, { description: 'What open payout requests (PENDING and APPROVED) hold.' })
  async pendingPayouts(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(userFigures).load(user.id)).pendingPayouts;
  }

  @FieldResolver(() => Money, { description: 'Payments made to them that did not come back.' })
  async paidOut(@Root() user: Row<User>, @Ctx() { load }: RequestContext): Promise<bigint> {
    return (await load(userFigures).load(user.id)).paidOut;
  }
}
