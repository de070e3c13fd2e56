import fc from 'fast-check';
import { type ForecastFacts, forecast } from '../../src/analytics/forecast.rules.js';
import { checkDays, fillGaps } from '../../src/analytics/timeline.rules.js';

const NOW = new Date('2026-11-21T12:00:00.000Z');
const DAY = 86_400_000;
const facts = (over: Partial<ForecastFacts>): ForecastFacts => ({
  ended: false,
  settledRounds: 2,
  accrued: 70_000_000n,
  remaining: 100_000_000n,
  since: new Date(NOW.getTime() - 30 * DAY),
  ...over,
});

test.each([
  ['before two rounds have settled', { settledRounds: 1 }],
  ['after its end', { ended: true }],
  ['without a clip', { since: null }],
  ['from minutes of data', { since: new Date(NOW.getTime() - 600_000) }],
  ['from less than a day', { since: new Date(NOW.getTime() - DAY + 1) }],
])('B5 there is no forecast %s', (_when, over) => {
  expect(forecast(facts(over), NOW)).toBeNull();
});

test('B5 a forecast is the pace of the last 7 days, of fewer for a younger campaign', () => {
  expect(forecast(facts({}), NOW)).toEqual({
    earningsPerDay: 10_000_000n,
    basedOnDays: 7,
    exhaustsAt: new Date(NOW.getTime() + 10 * DAY),
  });
  const young = forecast(facts({ since: new Date(NOW.getTime() - 2 * DAY) }), NOW);
  expect(young).toMatchObject({ earningsPerDay: 35_000_000n, basedOnDays: 2 });
});

test('B5 nothing earned never fills a budget, and an end beyond all calendars is none', () => {
  expect(forecast(facts({ accrued: 0n }), NOW)).toMatchObject({ earningsPerDay: 0n, exhaustsAt: null });
  expect(forecast(facts({ accrued: 7n, remaining: 10n ** 15n }), NOW)?.exhaustsAt).toBeNull();
});

test('a forecast is a forecast for any figures: no overflow, no end in the past', () => {
  const money = fc.bigInt({ min: 0n, max: 10n ** 15n });
  fc.assert(
    fc.property(money, money, fc.integer({ min: DAY, max: 400 * DAY }), (accrued, remaining, age) => {
      const made = forecast(facts({ accrued, remaining, since: new Date(NOW.getTime() - age) }), NOW);
      expect(made?.basedOnDays).toBeGreaterThanOrEqual(1);
      expect(made?.basedOnDays).toBeLessThanOrEqual(7);
      if (made?.exhaustsAt) expect(made.exhaustsAt.getTime()).toBeGreaterThanOrEqual(NOW.getTime());
    }),
  );
});

const known = (day: string) => ({ day, earnings: 5n, viewsGained: 7n, submissions: 1 });

test('B5 a timeline has a point for each day, gaps as zeros, over months and leap days', () => {
  const points = fillGaps([known('2028-02-29')], '2028-02-28', '2028-03-01');
  expect(points.map((point) => [point.date, point.earnings])).toEqual([
    ['2028-02-28', 0n],
    ['2028-02-29', 5n],
    ['2028-03-01', 0n],
  ]);
});

test.each([
  ['2026-01-01', '2026-01-01', 1],
  ['2026-01-01', '2027-01-01', 366],
  ['2026-01-02', '2026-01-01', null],
  ['2026-01-01', '2027-01-02', null],
])('a timeline from %s to %s has %s days', (from, to, days) => {
  if (days) expect(checkDays(from, to)).toBe(days);
  else expect(() => checkDays(from, to)).toThrow(/^to must be/);
});
