import { NotificationType } from '../notification/notification.entity.js';
import type { Notice } from '../notification/notification.service.js';
import type { Platform } from './platform.js';

/** To admins: the source will not work until somebody does something about its key, quota or input. */
export const sourceRefusedNotice = (platform: Platform, why: string, runId: string | null): Notice => ({
  type: NotificationType.TRACKING_TROUBLE,
  title: `The view source refuses to read ${platform}`,
  body: `Nothing can be read until its key or quota is looked at: ${why}`,
  subject: runId ? { type: 'TrackingRun', id: runId } : null,
});
