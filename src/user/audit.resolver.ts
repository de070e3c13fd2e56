import { sql } from 'kysely';
import { Args, ArgsType, Authorized, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { countAuditEvents, findAuditPage } from '../audit/audit.sql.js';
import { AuditEvent } from '../audit/audit-event.entity.js';
import type { RequestContext, Row } from '../infra/context.js';
import { type Connection, connectionOf, newestFirst, PageArgs, pageOf, sliceOf } from '../infra/graphql/connection.js';
import { DateTime } from '../infra/graphql/scalars.js';
import { isId } from '../infra/identifier.js';
import { badInput } from '../shared/errors.js';
import { Grant } from './grants.js';
import { User } from './user.entity.js';
import { userById } from './user.loaders.js';

const AuditEventConnection = connectionOf('AuditEvent', () => AuditEvent);

@ArgsType()
class AuditEventsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only changes of things of this type, as in "Campaign".' })
  subjectType?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only changes of this thing.' })
  subjectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only changes by this user.' })
  actorId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only changes of this kind, as in "campaign.publish".' })
  action?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only changes from this instant on.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only changes before this instant; later than from.' })
  to?: Date | null;
}

/** Here, because the audit room knows no users. */
@Resolver(() => AuditEvent)
export class AuditResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => AuditEventConnection, {
    description: 'Who changed what, newest first: admins, the schedule and commands. Admins only.',
  })
  async auditEvents(
    @Args(() => AuditEventsArgs) args: AuditEventsArgs,
    @Ctx() { em }: RequestContext,
  ): Promise<Connection<AuditEvent>> {
    const { subjectType, subjectId, actorId, action, from, to } = args;
    const slice = sliceOf(args, newestFirst(sql`e.id`));
    if (from && to && from >= to) throw badInput('to', 'to must be an instant later than from.');
    const unknown =
      [subjectId, actorId].some((id) => id != null && !isId(id)) ||
      [subjectType, action].some((text) => text?.includes('\0'));
    if (unknown) return pageOf([], slice, async () => 0);
    const filter = { subjectType, subjectId, actorId, action, from, to };
    return pageOf(await findAuditPage(em, filter, slice), slice, () => countAuditEvents(em, filter));
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who did it; null for the schedule or a command.' })
  actor(@Root() event: Row<AuditEvent>, @Ctx() { load }: RequestContext): Promise<User | null> | null {
    return event.actorId ? load(userById).load(event.actorId) : null;
  }
}
