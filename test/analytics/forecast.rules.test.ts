import fc from 'fast-check';
import { type ForecastFacts, forecast } from '../../src/analytics/forecast.rules.js';

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

test('B5 a forecast begins when the clips are a day old and the second round has settled', () => {
  const young = facts({ since: new Date(NOW.getTime() - DAY), settledRounds: 2 });
  expect(forecast(young, NOW)).toEqual({
    earningsPerDay: 70_000_000n,
    basedOnDays: 1,
    exhaustsAt: new Date(NOW.getTime() + (10 * DAY) / 7 - (((10 * DAY) / 7) % 1)),
  });
});

test('B5 a budget that is overspent is full now; the last day of the calendar is still told', () => {
  expect(forecast(facts({ remaining: -1n }), NOW)?.exhaustsAt).toEqual(NOW);
  expect(forecast(facts({ accrued: -7n }), NOW)).toMatchObject({ exhaustsAt: null });
  const last = new Date(Date.UTC(9999, 11, 31));
  const days = (last.getTime() - NOW.getTime()) / DAY;
  const micros = BigInt(days * 2);
  const filled = (remaining: bigint) => forecast(facts({ accrued: 14n, remaining }), NOW)?.exhaustsAt;
  expect(filled(micros)).toEqual(last);
  expect(filled(micros + 1n)).toBeNull();
});
