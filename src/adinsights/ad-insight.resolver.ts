import {
  Arg,
  Args,
  ArgsType,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  Float,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql';
import { Campaign } from '../campaign/campaign.entity.js';
import type { RequestContext, Row } from '../infra/context.js';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import { Grant } from '../user/grants.js';
import { AdInsight } from './ad-insight.entity.js';
import { CURRENT, insightOfCampaign, monthOf } from './ad-insight.loaders.js';
import type { AdInsightRow } from './ad-insight.sql.js';
import { type AdReport, findReport, refreshReport } from './ad-report.service.js';
import type { Distribution } from './distribution.rules.js';
import { type Figures, METRICS } from './measured-insight.js';

enum DistributionVerdict {
  VARIED = 'VARIED',
  IDENTICAL = 'IDENTICAL',
  ALL_ZERO = 'ALL_ZERO',
}

registerEnumType(DistributionVerdict, {
  name: 'DistributionVerdict',
  description: 'How the values of a metric are spread over campaigns.',
  valuesConfig: {
    VARIED: { description: 'Anything else, as in measured figures.' },
    IDENTICAL: { description: 'At least two values are not zero, and all of these are equal. This is suspicious.' },
    ALL_ZERO: { description: 'All values are zero.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'Sums of measured rows, in the currency of the account.' })
class AdInsightTotals implements Figures {
  @Field(() => Money, { description: 'Money spent.' })
  spend!: bigint;

  @Field(() => SafeInt, { description: 'Impressions.' })
  impressions!: bigint;

  @Field(() => SafeInt, { description: 'Clicks.' })
  clicks!: bigint;

  @Field(() => SafeInt, { description: 'First steps of a booking.' })
  bookingStep1!: bigint;

  @Field(() => SafeInt, { description: 'Second steps.' })
  bookingStep2!: bigint;

  @Field(() => SafeInt, { description: 'Third steps.' })
  bookingStep3!: bigint;

  @Field(() => SafeInt, { description: 'Completed bookings.' })
  reservations!: bigint;

  @Field(() => Money, { description: 'Value of the reservations.' })
  reservationValue!: bigint;
}

@ObjectType({
  simpleResolvers: true,
  description: 'How one metric is spread over the campaigns of a report. Money in units, not micros.',
})
class MetricDistribution implements Distribution {
  @Field(() => String, { description: `One of ${METRICS.join(', ')}.` })
  metric!: keyof Figures;

  @Field(() => Int, { description: 'Campaigns looked at.' })
  campaigns!: number;

  @Field(() => Int, { description: 'Of these, those that are not zero.' })
  nonZeroCampaigns!: number;

  @Field(() => Int, { description: 'Different values among those that are not zero.' })
  distinctValues!: number;

  @Field(() => Float, { description: 'The smallest value.' })
  min!: number;

  @Field(() => Float, { description: 'The largest value.' })
  max!: number;

  @Field(() => Float, { description: 'The mean.' })
  mean!: number;

  @Field(() => Float, { description: 'The standard deviation of the population; 0 for fewer than two campaigns.' })
  standardDeviation!: number;

  @Field(() => DistributionVerdict, { description: 'The verdict on these values.' })
  verdict!: DistributionVerdict;
}

@ObjectType({ simpleResolvers: true, description: 'What every campaign of an ad account did in a month.' })
class AdInsightReport {
  @Field(() => String, { description: "The month, YYYY-MM, in the account's time zone." })
  period!: string;

  @Field(() => String, { description: 'The ad account.' })
  accountId!: string;

  @Field(() => String, { description: 'The currency of all its money.' })
  currency!: string;

  @Field(() => Date, { description: 'When the figures were fetched.' })
  fetchedAt!: Date;

  @Field(() => Boolean, { description: 'Whether the last fetch failed. The figures are then the last good ones.' })
  stale!: boolean;

  @Field(() => Boolean, {
    description: 'Whether the figures are final: fetched 28 days after the month or later.',
  })
  final!: boolean;

  @Field(() => [String], {
    description: 'Warnings, such as a step with more events than the step before it; at most 100.',
  })
  warnings!: string[];

  @Field(() => [AdInsight], { description: 'Its campaigns, those that spent most first; at most 10,000.' })
  campaigns!: AdInsightRow[];

  @Field(() => AdInsightTotals, { description: 'Sums of the campaigns.' })
  totals!: Figures;

  @Field(() => [MetricDistribution], { description: 'A check of each metric: equal figures are suspicious.' })
  distribution!: Distribution[];
}

@ArgsType()
class ReportArgs {
  @Field(() => String, { nullable: true, description: 'The ad account; none for the first that is configured.' })
  accountId?: string | null;

  @Field(() => String, { nullable: true, description: 'A month as in "2026-11"; none for the current one.' })
  period?: string | null;
}

@Resolver(() => AdInsight)
export class AdInsightResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => AdInsightReport, {
    description:
      'Advertising figures of a month as last fetched. They are fetched now if they never were. Admins only.',
  })
  adInsights(@Args(() => ReportArgs) args: ReportArgs, @Ctx() { em, deps }: RequestContext): Promise<AdReport> {
    return findReport(em, deps, args);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => AdInsightReport, {
    description: 'Fetches a month again unless it is final. It answers within 30 seconds. Admins only.',
  })
  refreshAdInsights(@Args(() => ReportArgs) args: ReportArgs, @Ctx() { em, deps }: RequestContext): Promise<AdReport> {
    return refreshReport(em, deps, args);
  }

  @FieldResolver(() => Date, { description: 'When its month was fetched.' })
  fetchedAt(@Root() insight: AdInsightRow): Date {
    return insight.fetchedAt;
  }

  @FieldResolver(() => Boolean, { description: 'Whether the last fetch of its month failed.' })
  stale(@Root() insight: AdInsightRow): boolean {
    return insight.stale;
  }
}

@Resolver(() => Campaign)
export class CampaignAdInsightResolver {
  @Authorized(Grant.ADMIN)
  @FieldResolver(() => AdInsight, {
    nullable: true,
    description:
      'What its ad campaign did in a month; null without one, or when the month was never fetched. Admins only.',
  })
  async adInsight(
    @Root() campaign: Row<Campaign>,
    @Arg('period', () => String, { nullable: true, description: 'A month as in "2026-11"; none for the current one.' })
    period: string | null,
    @Ctx() { load }: RequestContext,
  ): Promise<AdInsightRow | null> {
    if (campaign.adCampaignId === null) return null;
    return load(insightOfCampaign).load({
      adCampaignId: campaign.adCampaignId,
      period: await load(monthOf).load(period ?? CURRENT),
    });
  }
}
