import cron from 'node-cron';
import { newestSlot } from '../../jobs/slot.rules.js';

const slotOf = (schedule: string, now: string) => {
  const task = cron.createTask(schedule, () => undefined, { timezone: 'Etc/UTC' });
  try {
    return newestSlot(schedule, (instant) => task.match(instant), new Date(now))?.toISOString();
  } finally {
    void task.destroy();
  }
};

test.each([
  ['0 */4 * * *', '2026-11-20T08:00:00.000Z', '2026-11-20T08:00:00.000Z'],
  ['0 */4 * * *', '2026-11-20T08:00:00.400Z', '2026-11-20T08:00:00.000Z'],
  ['0 */4 * * *', '2026-11-20T07:59:59.999Z', '2026-11-20T04:00:00.000Z'],
  ['0 */4 * * *', '2026-11-20T00:10:00.000Z', '2026-11-20T00:00:00.000Z'],
  ['30 3 * * 1', '2026-11-20T08:00:00.000Z', '2026-11-16T03:30:00.000Z'],
  ['0 0 1 * *', '2026-11-20T08:00:00.000Z', '2026-11-01T00:00:00.000Z'],
  ['*/5 * * * * *', '2026-11-20T08:00:04.999Z', '2026-11-20T08:00:00.000Z'],
  ['*/5 * * * * *', '2026-11-20T08:00:05.000Z', '2026-11-20T08:00:05.000Z'],
  ['30 0 4 * * *', '2026-11-20T08:00:00.000Z', '2026-11-20T04:00:30.000Z'],
  ['30 0 4 * * *', '2026-11-20T04:00:29.000Z', '2026-11-19T04:00:30.000Z'],
  // The night the clocks change in Europe: UTC knows no such night.
  ['0 */4 * * *', '2026-10-25T01:30:00.000Z', '2026-10-25T00:00:00.000Z'],
])('T13 the slot of "%s" at %s is %s', (schedule, now, slot) => {
  expect(slotOf(schedule, now)).toBe(slot);
});
