import { Platform } from '../../src/platform/platform.js';
import { sourceRefusedNotice } from '../../src/platform/platform-notices.rules.js';

test('admins are told that a source refuses, with the run in which it was seen', () => {
  const notice = sourceRefusedNotice(Platform.TIKTOK, 'HTTP 401', 'n1');
  expect(notice).toMatchObject({ type: 'TRACKING_TROUBLE', subject: { type: 'TrackingRun', id: 'n1' } });
  expect(notice.title).toContain('TIKTOK');
  expect(notice.body).toContain('HTTP 401');
  expect(sourceRefusedNotice(Platform.TIKTOK, 'HTTP 401', null).subject).toBeNull();
});
