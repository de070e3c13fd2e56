import { Arg, Authorized, Ctx, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import type { RequestContext } from '../../infra/context.js';
import type { Told } from '../../infra/queue/pub-sub.js';
import { notFound } from '../../shared/errors.js';
import { findLastSettled } from '../../tracking/round-pages.sql.js';
import { Grant } from '../../user/grants.js';
import { followSettlements } from './campaign-settled.service.js';

@ObjectType({ simpleResolvers: true, description: 'A round of a campaign has settled.' })
class CampaignSettled {
  @Field(() => ID, { description: 'The campaign.' })
  campaignId!: string;

  @Field(() => Date, { description: 'When its newest round settled.' })
  at!: Date;
}

@Resolver()
export class CampaignSettledResolver {
  @Authorized(Grant.OWNER, Grant.ADMIN)
  @Subscription(() => CampaignSettled, {
    description:
      'Says that a round of the campaign has settled; ask again for its figures. For clippers with a submission in it, and for admins.',
    subscribe: ({ args, context }) => followSettlements(context, String(args.id)),
  })
  async campaignSettled(
    @Root() _told: Told,
    @Arg('id', () => ID, { description: 'The campaign.' }) campaignId: string,
    @Ctx() { em }: RequestContext,
  ): Promise<CampaignSettled> {
    const at = (await findLastSettled(em, campaignId))?.finishedAt;
    if (!at) throw notFound('TrackingRound');
    return { campaignId, at };
  }
}
