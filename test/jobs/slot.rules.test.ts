import fc from 'fast-check';
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

const NOW = Date.parse('2026-11-20T08:00:00.000Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How long before NOW the slot is of a schedule that matches one instant alone. */
const found = (schedule: string, msBefore: number) => {
  const slot = newestSlot(schedule, (instant) => instant.getTime() === NOW - msBefore, new Date(NOW));
  return slot && NOW - slot.getTime();
};

test.each([
  ['* * * * *', 32 * DAY_MS - MINUTE_MS, true],
  ['* * * * *', 32 * DAY_MS, false],
  ['* * * * *', 1_000, false],
  [' * *  * * * ', MINUTE_MS, true],
  ['* * * * * *', 0, true],
  ['* * * * * *', 60 * MINUTE_MS - 1_000, true],
  ['* * * * * *', 60 * MINUTE_MS + 1_000, false],
  ['*/30 * * * * *', 2 * 60 * MINUTE_MS, true],
  ['5-10 * * * * *', 2 * 60 * MINUTE_MS, true],
  ['30 0 4 * * *', 2 * 60 * MINUTE_MS - 30_000, true],
  [' 30 0 4 * * * ', 2 * 60 * MINUTE_MS - 30_000, true],
  ['30 0 4 * * *', 2 * 60 * MINUTE_MS, false],
  ['0 0 4 * * *', 32 * DAY_MS - MINUTE_MS, true],
  ['0 0 4 * * *', 32 * DAY_MS, false],
  ['30 0 4 * * *', -30_000, false],
])('T13 of "%s" an instant %d ms ago is a slot that is looked at: %s', (schedule, msBefore, looked) => {
  expect(found(schedule, msBefore)).toBe(looked ? msBefore : null);
});

test('T13 whatever the instant, the slot of every minute is that minute', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000_000), (ms) => {
      const slot = newestSlot('* * * * *', () => true, new Date(NOW + ms));
      expect(slot?.getTime()).toBe(NOW + ms - (ms % MINUTE_MS));
    }),
  );
});
