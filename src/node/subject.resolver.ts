import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { AuditEvent } from '../audit/audit-event.entity.js';
import type { RequestContext, Row } from '../infra/context.js';
import { Node } from '../infra/graphql/node.js';
import { Notification } from '../notification/notification.entity.js';
import { findNode } from './node-kinds.js';

/** Both name their subject by its type and id, so no table is searched for it. */
async function subjectOf(
  context: RequestContext,
  { subjectType, subjectId }: { subjectType: string | null; subjectId: string | null },
): Promise<Node | null> {
  return subjectType && subjectId ? ((await findNode(context, subjectType, subjectId)) as Node | null) : null;
}

@Resolver(() => AuditEvent)
export class AuditSubjectResolver {
  @FieldResolver(() => Node, {
    nullable: true,
    description: 'The thing that changed; null where it is gone, and for what has no type of its own.',
  })
  subject(@Root() event: Row<AuditEvent>, @Ctx() context: RequestContext): Promise<Node | null> {
    return subjectOf(context, event);
  }
}

@Resolver(() => Notification)
export class NotificationSubjectResolver {
  @FieldResolver(() => Node, {
    nullable: true,
    description: 'The thing it is about; null where it is gone or the caller may not see it.',
  })
  subject(@Root() notification: Row<Notification>, @Ctx() context: RequestContext): Promise<Node | null> {
    return subjectOf(context, notification);
  }
}
