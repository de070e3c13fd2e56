import type { Deps, RequestContext, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId, newId } from '../infra/identifier.js';
import { publishAll, type Told } from '../infra/queue/pub-sub.js';
import { chunk } from '../shared/batching.js';
import { addMs, DAY_MS, MINUTE_MS } from '../shared/clock.js';
import { badInput, notFound } from '../shared/errors.js';
import { signedIn } from '../user/access.js';
import { findAdminIds } from '../user/user.sql.js';
import type { Notification, NotificationType } from './notification.entity.js';
import {
  countNotifications,
  findNotifications,
  findNotificationsSince,
  insertNotifications,
  markRead,
  markReplaced,
  wasTold,
} from './notification.sql.js';

/** So many rows a statement, or memory would grow with a campaign's clippers. */
const ROWS_AT_A_TIME = 5_000;
const IDS_LIMIT = 100;

/**
 * Where a notice that is about a person holds their name: it is filled in when the notice is shown.
 * @see docs/domain.md U7
 */
export const NAME_PLACE = '{name}';

/** The content of a notification. */
export interface Notice {
  type: NotificationType;
  /** One line of plain text. */
  title: string;
  body: string;
  subject: { type: string; id: string } | null;
  /** Whose name stands at NAME_PLACE; such a text is all ours, nothing in it was typed by anybody. */
  personId?: string;
  /** Whom it is about, where a later notice about the same one takes its place. */
  aboutId?: string;
}

const topicOf = (userId: string) => `notifications ${userId}`;

/**
 * Notifies users in the transaction of the event. Open subscriptions get it when the transaction commits.
 * Statements do not depend on how many users there are, up to 5,000 at a time.
 */
export async function notify(
  em: EntityManager,
  notices: readonly (Notice & { userId: string })[],
  at: Date,
): Promise<void> {
  for (const part of chunk(notices, ROWS_AT_A_TIME)) {
    const rows = part.map(({ userId, type, title, body, subject, personId, aboutId }) => ({
      id: newId(),
      userId,
      type,
      title,
      body,
      personId: personId ?? null,
      subjectType: subject?.type ?? null,
      subjectId: subject?.id ?? null,
      aboutId: aboutId ?? null,
      createdAt: at,
    }));
    await insertNotifications(em, rows);
    await publishAll(
      em,
      rows.map(({ id, userId }) => ({ topic: topicOf(userId), id })),
    );
  }
}

/** Tells every admin who is not suspended. */
export async function notifyAdmins(em: EntityManager, notice: Notice, at: Date): Promise<void> {
  const userIds = await findAdminIds(em);
  await notify(
    em,
    userIds.map((userId) => ({ ...notice, userId })),
    at,
  );
}

/**
 * Notifies every admin of where things stand about somebody. It takes the place of unread notices of the same kind
 * about them, which are marked as read, so that one person fills nobody's list.
 */
export async function notifyAdminsLatest(em: EntityManager, notice: Notice, aboutId: string, at: Date): Promise<void> {
  await markReplaced(em, await findAdminIds(em), aboutId, at);
  await notifyAdmins(em, { ...notice, aboutId }, at);
}

/** What admins are not told again within. */
const QUIET_MS = DAY_MS;

/** Tells admins of a trouble that lasts: not again within a day. */
export async function notifyAdminsDaily(em: EntityManager, notice: Notice, at: Date): Promise<void> {
  if (!(await wasTold(em, notice, addMs(at, -QUIET_MS)))) await notifyAdmins(em, notice, at);
}

/** The same in a transaction of its own, for a trouble that is not met in one. */
export async function reportToAdmins(em: EntityManager, deps: Pick<Deps, 'clock'>, notice: Notice): Promise<void> {
  await inTransaction(em, (transaction) => notifyAdminsDaily(transaction, notice, deps.clock.now()));
}

/**
 * Marks one's own notifications as read: those of the ids, all or none; without ids every one.
 * @throws BAD_USER_INPUT more than 100 ids; NOT_FOUND one of them is not one's own
 */
export async function markNotificationsRead(
  em: EntityManager,
  deps: Pick<Deps, 'clock'>,
  viewer: Viewer,
  ids: readonly string[] | null,
): Promise<{ marked: number; unreadCount: number }> {
  if (ids && ids.length > IDS_LIMIT) throw badInput('ids', `ids must be at most ${IDS_LIMIT} notifications.`);
  if (ids && !ids.every(isId)) throw notFound('Notification');
  return inTransaction(em, async (transaction) => {
    if (ids) {
      const known = (await findNotifications(transaction, ids)).filter((each) => each.userId === viewer.id);
      if (known.length < new Set(ids).size) throw notFound('Notification');
    }
    const marked = await markRead(transaction, viewer.id, ids, deps.clock.now());
    const [unread] = await countNotifications(transaction, [viewer.id], { unreadOnly: true });
    return { marked, unreadCount: Number(unread?.count ?? 0n) };
  });
}

/** How far back is looked when news may have been lost, and the most that is made up for. */
const LOOK_BACK_MS = 10 * MINUTE_MS;
const LOOK_BACK_LIMIT = 100;

/**
 * The viewer's new notifications, from any instance, each once. When the connection between instances
 * was lost, what was made meanwhile is looked up.
 */
export function followNotifications({ em, deps, pubSub, viewer }: RequestContext): AsyncIterableIterator<Told> {
  const userId = signedIn({ viewer }).id;
  const topic = topicOf(userId);
  const begun = deps.clock.now();
  const heard = pubSub.subscribe(topic);
  const delivered = new Set<string>();
  const waiting: string[] = [];
  const missedIds = () => {
    const lookBack = addMs(deps.clock.now(), -LOOK_BACK_MS);
    return findNotificationsSince(em.fork(), userId, lookBack > begun ? lookBack : begun, LOOK_BACK_LIMIT);
  };
  const done = { done: true as const, value: undefined };
  return {
    async next() {
      while (waiting.length === 0) {
        const told = await heard.next();
        if (told.done) return done;
        const ids = told.value.id ? [told.value.id] : await missedIds();
        waiting.push(...ids.filter((id) => !delivered.has(id)));
      }
      const id = waiting.shift() ?? '';
      remember(delivered, id);
      return { done: false, value: { topic, id } };
    },
    return: async () => (await heard.return?.()) ?? done,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The newest ids alone: what is older is not looked up again. */
function remember(delivered: Set<string>, id: string): void {
  delivered.add(id);
  if (delivered.size <= 2 * LOOK_BACK_LIMIT) return;
  const [oldest] = delivered;
  if (oldest) delivered.delete(oldest);
}

/** One notification of the viewer's own. @throws NOT_FOUND */
export async function findOwnNotification(em: EntityManager, viewer: Viewer, id: string): Promise<Notification> {
  const [notification] = isId(id) ? await findNotifications(em, [id]) : [];
  if (notification?.userId !== viewer.id) throw notFound('Notification');
  return notification;
}
