import { Args, ArgsType, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import type { LoaderDefinition, RequestContext, Row } from '../infra/context.js';
import { defineRequestLoader } from '../infra/graphql/loader.js';
import { CalendarDate, Money, SafeInt } from '../infra/graphql/scalars.js';
import { groupBy } from '../shared/batching.js';
import { User } from '../user/user.entity.js';
import { checkDays, fillGaps, type Point } from './timeline.rules.js';
import { findTimelineDays, type TimelineOf } from './timeline.sql.js';

@ObjectType({ simpleResolvers: true, description: 'One day (UTC) of a timeline.' })
export class TimelinePoint implements Point {
  @Field(() => CalendarDate, { description: 'The day.' })
  date!: string;

  @Field(() => Money, { description: 'What was earned on it; a reversal is negative on its own day.' })
  earnings!: bigint;

  @Field(() => SafeInt, { description: 'Increase of the high-water marks of approved clips.' })
  viewsGained!: bigint;

  @Field(() => Int, { description: 'Clips submitted, whatever their status is now.' })
  submissions!: number;
}

@ArgsType()
export class TimelineArgs {
  @Field(() => CalendarDate, { description: 'First day, UTC.' })
  from!: string;

  @Field(() => CalendarDate, { description: 'Last day, UTC: at most 366 days in all.' })
  to!: string;
}

interface TimelineKey {
  parentId: string;
  from: string;
  to: string;
}

/** One statement for the timelines of all parents over the same days. */
const timelinesOf = (of: TimelineOf): LoaderDefinition<TimelineKey, Point[]> =>
  defineRequestLoader(
    `timeline by ${of}`,
    async (em, keys) => {
      const points = new Map<TimelineKey, Point[]>();
      for (const group of groupBy(keys, ({ from, to }) => `${from} ${to}`).values()) {
        const [{ from, to } = { from: '', to: '' }] = group;
        const ids = group.map((key) => key.parentId);
        const days = groupBy(await findTimelineDays(em, of, ids, { from, to }), (day) => day.parentId);
        for (const key of group) points.set(key, fillGaps(days.get(key.parentId) ?? [], from, to));
      }
      return keys.map((key) => points.get(key) ?? []);
    },
    ({ parentId, from, to }) => `${parentId} ${from} ${to}`,
  );

const timelineOfCampaign = timelinesOf('campaign_id');
const timelineOfClipper = timelinesOf('clipper_id');

@Resolver(() => Campaign)
export class CampaignTimelineResolver {
  @FieldResolver(() => [TimelinePoint], { description: 'One point per day. A day without activity has zeros.' })
  timeline(
    @Root() campaign: Row<Campaign>,
    @Args(() => TimelineArgs) { from, to }: TimelineArgs,
    @Ctx() { load }: RequestContext,
  ): Promise<Point[]> {
    checkDays(from, to);
    return load(timelineOfCampaign).load({ parentId: campaign.id, from, to });
  }
}

@Resolver(() => User)
export class UserTimelineResolver {
  @FieldResolver(() => [TimelinePoint], { description: 'One point per day. A day without activity has zeros.' })
  timeline(
    @Root() user: Row<User>,
    @Args(() => TimelineArgs) { from, to }: TimelineArgs,
    @Ctx() { load }: RequestContext,
  ): Promise<Point[]> {
    checkDays(from, to);
    return load(timelineOfClipper).load({ parentId: user.id, from, to });
  }
}
