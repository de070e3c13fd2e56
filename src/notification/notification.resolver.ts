import { sql } from 'kysely';
import {
  Arg,
  Args,
  ArgsType,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { RequestContext, Row } from '../infra/context.js';
import { type Connection, connectionOf, newestFirst, PageArgs } from '../infra/graphql/connection.js';
import { defineLoader } from '../infra/graphql/loader.js';
import { defineNestedConnection } from '../infra/graphql/nested-connections.js';
import type { Told } from '../infra/queue/pub-sub.js';
import { inOrderOf } from '../shared/batching.js';
import { signedIn } from '../user/access.js';
import { Grant } from '../user/grants.js';
import { User } from '../user/user.entity.js';
import { userById } from '../user/user.loaders.js';
import { distinctName } from '../user/user.rules.js';
import { Notification } from './notification.entity.js';
import { findOwnNotification, followNotifications, markNotificationsRead, NAME_PLACE } from './notification.service.js';
import { countNotifications, findNotificationPages, type NotificationFilter } from './notification.sql.js';

const NotificationConnection = connectionOf('Notification', () => Notification);

/** A page that knows whose it is. */
interface NotificationPage extends Connection<Notification> {
  userId: string;
}

const notificationsOfUser = defineNestedConnection<Notification, NotificationFilter>({
  name: 'notifications of a user',
  order: newestFirst(sql`n.id`),
  rows: (em, userIds, slice, filter) => findNotificationPages(em, userIds, filter, slice),
  counts: (em, userIds, filter) => countNotifications(em, userIds, filter),
});

const unreadOfUser = defineLoader<{ count: bigint }>('unread notifications', async (em, userIds) =>
  inOrderOf(userIds, await countNotifications(em, userIds, { unreadOnly: true }), (row) => row.parentId, { count: 0n }),
);

@ArgsType()
class NotificationsArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Only those not read yet; null for all.' })
  unreadOnly!: boolean | null;
}

@ObjectType({ simpleResolvers: true, description: 'What marking notifications as read did.' })
class MarkNotificationsReadPayload {
  @Field(() => Int, { description: 'Notifications that the call marked as read.' })
  marked!: number;

  @Field(() => Int, { description: 'Notifications that are still unread.' })
  unreadCount!: number;
}

@Resolver(() => User)
export class UserNotificationsResolver {
  @FieldResolver(() => NotificationConnection, { description: 'Notifications of the user, newest first.' })
  async notifications(
    @Root() user: Row<User>,
    @Args(() => NotificationsArgs) { first, after, unreadOnly }: NotificationsArgs,
    @Ctx() { load }: RequestContext,
  ): Promise<NotificationPage> {
    const args = { first, after, unreadOnly: unreadOnly ?? false };
    const page = await load(notificationsOfUser).load({ parentId: user.id, args });
    return { ...page, userId: user.id };
  }
}

@Resolver(() => NotificationConnection)
export class NotificationConnectionResolver {
  @FieldResolver(() => Int, { description: 'All of the user’s that are not read yet, on whatever page.' })
  async unreadCount(@Root() page: NotificationPage, @Ctx() { load }: RequestContext): Promise<number> {
    return Number((await load(unreadOfUser).load(page.userId)).count);
  }
}

/** A notice keeps the id of the person it is about: the name shown is the one they have now. @see docs/domain.md U7 */
async function withName(text: string, { personId }: Row<Notification>, { load }: RequestContext): Promise<string> {
  const user = await load(userById).load(personId ?? '');
  return text.replaceAll(NAME_PLACE, user ? distinctName(user) : 'Somebody');
}

@Resolver(() => Notification)
export class NotificationResolver {
  @FieldResolver(() => String, { description: 'One line.' })
  title(@Root() notification: Row<Notification>, @Ctx() context: RequestContext): Promise<string> | string {
    return notification.personId ? withName(notification.title, notification, context) : notification.title;
  }

  @FieldResolver(() => String, { description: 'The whole text, without markup.' })
  body(@Root() notification: Row<Notification>, @Ctx() context: RequestContext): Promise<string> | string {
    return notification.personId ? withName(notification.body, notification, context) : notification.body;
  }

  @Authorized(Grant.OWNER)
  @Mutation(() => MarkNotificationsReadPayload, { description: 'Marks one’s own notifications as read.' })
  markNotificationsRead(
    @Arg('ids', () => [ID], {
      nullable: true,
      description: 'Up to 100 ids, all or none. Omit them to mark all of your notifications.',
    })
    ids: string[] | null,
    @Ctx() context: RequestContext,
  ): Promise<MarkNotificationsReadPayload> {
    return markNotificationsRead(context.em, context.deps, signedIn(context), ids ?? null);
  }

  @Authorized()
  @Subscription(() => Notification, {
    description: 'New notifications of the caller.',
    subscribe: ({ context }) => followNotifications(context),
  })
  notificationAdded(@Root() { id }: Told, @Ctx() context: RequestContext): Promise<Notification> {
    return findOwnNotification(context.em, signedIn(context), id ?? '');
  }
}
