import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { Campaign } from '../../campaign/campaign.entity.js';
import type { RequestContext, Row } from '../../infra/context.js';
import { limitOf } from '../../infra/graphql/connection.js';
import { defineRequestLoader } from '../../infra/graphql/loader.js';
import { Money, SafeInt } from '../../infra/graphql/scalars.js';
import { groupBy } from '../../shared/batching.js';
import { ClipperProfile, profileOf } from '../../user/clipper-profile.js';
import { type BoardRow, findLeaderboards } from './board.sql.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A place in a ranking of approved clips by earnings, then views, then id.',
})
export class LeaderboardEntry {
  @Field(() => Int, { description: '1 for the first.' })
  rank!: number;

  @Field(() => ClipperProfile, { description: 'Who.' })
  clipper!: ClipperProfile;

  @Field(() => Money, { description: 'Sum of the earnings of their approved clips.' })
  earnings!: bigint;

  @Field(() => SafeInt, { description: 'Sum of the views of their approved clips.' })
  views!: bigint;

  @Field(() => Int, { description: 'Their approved clips.' })
  clipCount!: number;
}

/** A board's row in the form of the API. */
export function boardEntry({ clipperId, profileId, givenName, ...row }: BoardRow): LeaderboardEntry {
  return { ...row, clipper: profileOf({ id: clipperId, profileId, givenName }) };
}

export const BOARD_LENGTH = 10;

const leaderboardOfCampaign = defineRequestLoader<{ campaignId: string; first: number }, LeaderboardEntry[]>(
  'leaderboard',
  async (em, keys) => {
    const boards = new Map<number, Map<string, BoardRow[]>>();
    for (const [first, group] of groupBy(keys, (key) => key.first)) {
      const ids = group.map((key) => key.campaignId);
      boards.set(
        first,
        groupBy(await findLeaderboards(em, ids, first), (row) => row.campaignId),
      );
    }
    return keys.map(({ campaignId, first }) => (boards.get(first)?.get(campaignId) ?? []).map(boardEntry));
  },
  ({ campaignId, first }) => `${campaignId} ${first}`,
);

@Resolver(() => Campaign)
export class LeaderboardResolver {
  @FieldResolver(() => [LeaderboardEntry], { description: 'Its clippers by earnings, then views, then id.' })
  leaderboard(
    @Root() campaign: Row<Campaign>,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: BOARD_LENGTH,
      description: 'Number of places, 1 to 100; null for 10.',
    })
    first: number | null,
    @Ctx() { load }: RequestContext,
  ): Promise<LeaderboardEntry[]> {
    return load(leaderboardOfCampaign).load({ campaignId: campaign.id, first: limitOf(first, BOARD_LENGTH) });
  }
}
