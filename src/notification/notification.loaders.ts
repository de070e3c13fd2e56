import { defineLoader } from '../infra/graphql/loader.js';
import { inOrderOf } from '../shared/batching.js';
import type { Notification } from './notification.entity.js';
import { findNotifications } from './notification.sql.js';

export const notificationById = defineLoader<Notification | null>('notification by id', async (em, ids) =>
  inOrderOf(ids, await findNotifications(em, ids), (notification) => notification.id, null),
);
