import { Authorized, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../infra/context.js';
import { CalendarDate, SafeInt } from '../infra/graphql/scalars.js';
import { Grant } from '../user/grants.js';
import { findUsageOfMonth } from './source-limit.sql.js';

@ObjectType({
  simpleResolvers: true,
  description: 'What has been asked of the view source in the current month (UTC).',
})
export class SourceMonth {
  @Field(() => CalendarDate, { description: 'First day of the month.' })
  month!: string;

  @Field(() => SafeInt, { description: 'Readings asked for, retries, baselines and probes included.' })
  readings!: bigint;

  @Field(() => SafeInt, { description: 'Runs started at the source.' })
  runs!: bigint;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'Readings that may be asked for in a month (APIFY_MONTHLY_READINGS); null for no limit.',
  })
  allowance!: bigint | null;
}

@Resolver()
export class UsageResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => SourceMonth, { description: "This month's use of the view source, beside its allowance. Admins only." })
  async sourceUsage(@Ctx() { em, deps }: RequestContext): Promise<SourceMonth> {
    const now = deps.clock.now();
    const usage = await findUsageOfMonth(em, now);
    return {
      month: `${now.toISOString().slice(0, 7)}-01`,
      ...usage,
      allowance: deps.settings.APIFY_MONTHLY_READINGS ?? null,
    };
  }
}
