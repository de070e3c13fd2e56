import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Slice } from '../infra/graphql/connection.js';
import type { Notification } from './notification.entity.js';

/** One statement for many notifications, however many users they go to; none for users who were erased. */
export async function insertNotifications(
  em: EntityManager,
  notifications: readonly Omit<Notification, 'readAt'>[],
): Promise<void> {
  const column = <K extends keyof Notification>(name: K) =>
    notifications.map((each) => (each as Notification)[name]) as Notification[K][];
  await sql`
    insert into notification (id, user_id, type, title, body, person_id, subject_type, subject_id, about_id, created_at)
    select n.* from unnest(${column('id')}::uuid[], ${column('userId')}::uuid[], ${column('type')}::text[],
      ${column('title')}::text[], ${column('body')}::text[],
                           ${column('personId')}::uuid[], ${column('subjectType')}::text[],
                             ${column('subjectId')}::uuid[], ${column('aboutId')}::uuid[],
                               ${column('createdAt')}::timestamptz[])
      n(id, user_id, type, title, body, person_id, subject_type, subject_id, about_id, created_at)
    join "user" u on u.id = n.user_id where u.erased_at is null`.execute(database(em));
}

/** Whether admins were notified of the same trouble (its title) since an instant. */
export async function wasTold(
  em: EntityManager,
  notice: Pick<Notification, 'type' | 'title'>,
  since: Date,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from notification where type = ${notice.type} and type in ('LAW_BROKEN', 'TRACKING_TROUBLE')
      and created_at >= ${since} and title = ${notice.title} limit 1`.execute(database(em));
  return rows.length > 0;
}

export async function findNotifications(em: EntityManager, ids: readonly string[]): Promise<Notification[]> {
  const { rows } =
    await sql<Notification>`select * from notification where id = any(${ids as string[]}::uuid[])`.execute(
      database(em),
    );
  return rows;
}

/** The newest notifications of a user from an instant on, oldest first. */
export async function findNotificationsSince(
  em: EntityManager,
  userId: string,
  since: Date,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from notification where user_id = ${userId}::uuid and created_at >= ${since} order by id desc
      limit ${limit}`.execute(database(em));
  return rows.map((row) => row.id).reverse();
}

export interface NotificationFilter {
  unreadOnly: boolean;
}

const matching = ({ unreadOnly }: NotificationFilter): RawBuilder<boolean> =>
  unreadOnly ? sql<boolean>`n.read_at is null` : sql<boolean>`true`;

/** A page of the notifications of each of many users. */
export async function findNotificationPages(
  em: EntityManager,
  userIds: string[],
  filter: NotificationFilter,
  slice: Slice,
): Promise<(Notification & { parentId: string; cursor: string })[]> {
  const { rows } = await sql<Notification & { parentId: string; cursor: string }>`
    select p.id as parent_id, page.* from unnest(${userIds}::uuid[]) p(id)
    cross join lateral (
      select n.*, ${slice.cursor} as cursor from notification n
      where n.user_id = p.id and ${matching(filter)} and ${slice.after} order by ${slice.orderBy}
        limit ${slice.limit}) page`.execute(database(em));
  return rows;
}

export async function countNotifications(
  em: EntityManager,
  userIds: readonly string[],
  filter: NotificationFilter,
): Promise<{ parentId: string; count: bigint }[]> {
  const { rows } = await sql<{ parentId: string; count: bigint }>`
    select n.user_id as parent_id, count(*) as count from notification n
    where n.user_id = any(${userIds as string[]}::uuid[]) and ${matching(filter)} group by 1`.execute(database(em));
  return rows;
}

/** Marks the unread notifications of users about somebody as read: a newer one takes their place. */
export async function markReplaced(
  em: EntityManager,
  userIds: readonly string[],
  aboutId: string,
  now: Date,
): Promise<void> {
  await sql`
    update notification set read_at = ${now}
    where user_id = any(${userIds as string[]}::uuid[]) and about_id = ${aboutId}::uuid and read_at is null`.execute(
    database(em),
  );
}

/**
 * Marks a user's unread notifications, all or those of the given ids.
 * @returns how many were unread until now
 */
export async function markRead(
  em: EntityManager,
  userId: string,
  ids: readonly string[] | null,
  now: Date,
): Promise<number> {
  const which = ids ? sql`and id = any(${ids as string[]}::uuid[])` : sql``;
  const { numAffectedRows } = await sql`
    update notification set read_at = ${now} where user_id = ${userId}::uuid and read_at is null ${which}`.execute(
    database(em),
  );
  return Number(numAffectedRows ?? 0n);
}

/**
 * Deletes the notifications of a user, and those of others about their payout requests: notices of version 0.1.0 hold a
 * name.
 * @see docs/domain.md U6
 */
export async function deleteNotificationsOf(
  em: EntityManager,
  userId: string,
  requestIds: readonly string[],
): Promise<void> {
  const db = database(em);
  await sql`delete from notification where user_id = ${userId}::uuid`.execute(db);
  await sql`
    delete from notification where subject_type = 'PayoutRequest'
      and subject_id = any(${requestIds as string[]}::uuid[])`.execute(db);
}
