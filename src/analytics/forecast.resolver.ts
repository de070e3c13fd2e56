import { Ctx, Field, FieldResolver, Float, ObjectType, Resolver, Root } from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import type { RequestContext, Row } from '../infra/context.js';
import { defineRequestLoader } from '../infra/graphql/loader.js';
import { Money } from '../infra/graphql/scalars.js';
import { inOrderOf } from '../shared/batching.js';
import { addMs, DAY_MS } from '../shared/clock.js';
import { FORECAST_DAYS, type Forecast, forecast } from './forecast.rules.js';
import { findForecastFacts } from './forecast.sql.js';

@ObjectType({
  simpleResolvers: true,
  description: 'When a campaign runs out of budget at the pace of the last 7 days.',
})
export class CampaignForecast implements Forecast {
  @Field(() => Money, { description: 'What its clips earn in a day at that pace.' })
  earningsPerDay!: bigint;

  @Field(() => Date, { nullable: true, description: 'When the budget is full; null when nothing is being earned.' })
  exhaustsAt!: Date | null;

  @Field(() => Float, { description: 'Days that the pace is measured over: 7, or fewer for a younger campaign.' })
  basedOnDays!: number;
}

const forecastOfCampaign = defineRequestLoader<string, Forecast | null>('forecast', async (em, ids, { deps }) => {
  const now = deps.clock.now();
  const facts = await findForecastFacts(em, ids, addMs(now, -FORECAST_DAYS * DAY_MS));
  return inOrderOf(ids, facts, (each) => each.campaignId, null).map((each) => each && forecast(each, now));
});

@Resolver(() => Campaign)
export class ForecastResolver {
  @FieldResolver(() => CampaignForecast, {
    nullable: true,
    description:
      'When the budget will be full. Null until two rounds have settled and the first clip is a day old, and after the end.',
  })
  forecast(@Root() campaign: Row<Campaign>, @Ctx() { load }: RequestContext): Promise<Forecast | null> {
    return load(forecastOfCampaign).load(campaign.id);
  }
}
