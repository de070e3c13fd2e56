import { Arg, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext, Row } from '../infra/context.js';
import { Grant } from '../user/grants.js';
import { checkConsistency, lastConsistencyReport } from './consistency.service.js';
import { ConsistencyReport } from './consistency-report.entity.js';

@Resolver(() => ConsistencyReport)
export class ConsistencyResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => ConsistencyReport, {
    description:
      'Runs the check now. Calls made meanwhile share its result. With fresh: false it returns the last finished check. Admins only.',
  })
  consistencyReport(
    @Arg('fresh', () => Boolean, {
      nullable: true,
      defaultValue: true,
      description: 'false for the last finished check instead of one made now.',
    })
    fresh: boolean | null,
    @Ctx() { em, deps }: RequestContext,
  ): Promise<ConsistencyReport> {
    return fresh === false ? lastConsistencyReport(em, deps) : checkConsistency(em, deps);
  }

  @FieldResolver(() => Boolean, { description: 'Whether every law holds.' })
  consistent(@Root() report: Row<ConsistencyReport>): boolean {
    return report.laws.every((law) => law.violations === 0);
  }
}
