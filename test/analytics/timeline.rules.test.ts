import fc from 'fast-check';
import { checkDays, fillGaps, TIMELINE_DAYS_LIMIT } from '../../src/analytics/timeline.rules.js';
import { refusalOf } from '../support/refusal.js';

const known = (day: string) => ({ day, earnings: 5n, viewsGained: 7n, submissions: 1 });

test('B5 a timeline has a point for each day, gaps as zeros, over months and leap days', () => {
  const points = fillGaps([known('2028-02-29')], '2028-02-28', '2028-03-01');
  expect(points.map((point) => [point.date, point.earnings])).toEqual([
    ['2028-02-28', 0n],
    ['2028-02-29', 5n],
    ['2028-03-01', 0n],
  ]);
});

test('B5 a day that is known is told as it is, and days outside are left out', () => {
  const nothing = { earnings: 0n, viewsGained: 0n, submissions: 0 };
  expect(fillGaps([known('2025-12-31'), known('2026-01-01')], '2026-01-01', '2026-01-02')).toEqual([
    { date: '2026-01-01', earnings: 5n, viewsGained: 7n, submissions: 1 },
    { date: '2026-01-02', ...nothing },
  ]);
});

test.each([
  ['2026-01-01', '2026-01-01', 1],
  ['2026-01-01', '2026-01-02', 2],
  ['2026-01-01', '2027-01-01', TIMELINE_DAYS_LIMIT],
  ['2026-01-02', '2026-01-01', null],
  ['2026-01-01', '2027-01-02', null],
])('a timeline from %s to %s has %s days', (from, to, days) => {
  if (days) expect(checkDays(from, to)).toBe(days);
  else expect(refusalOf(() => checkDays(from, to))).toBe('BAD_USER_INPUT to');
});

test('a refusal says which side of the limits the days are', () => {
  expect(() => checkDays('2026-01-02', '2026-01-01')).toThrow(/on or after from/);
  expect(() => checkDays('2026-01-01', '2027-01-02')).toThrow(/at most 366 days/);
});

test('B5 whatever the days, a timeline has each of them once, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 366 }), (start, length) => {
      const day = (offset: number) => new Date((start + offset) * 86_400_000).toISOString().slice(0, 10);
      const points = fillGaps([], day(0), day(length - 1));
      expect(points.map((point) => point.date)).toEqual(Array.from({ length }, (_, offset) => day(offset)));
    }),
    { numRuns: 50 },
  );
});
