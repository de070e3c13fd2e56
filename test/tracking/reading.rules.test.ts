import type { Observation } from '../../src/platform/view-source.js';
import { isSuspect, judgeBatch } from '../../src/tracking/reading.rules.js';

const MARK = { views: 1_000n, suspectViews: null };
const value = (views = 1_500n): Observation => ({ kind: 'VALUE', views });
const missing: Observation = { kind: 'MISSING', reason: 'no item' };
const removed: Observation = { kind: 'REMOVED', reason: 'gone' };
const outcomes = (...observations: Observation[]) =>
  judgeBatch(
    observations.map((observation) => ({ observation, mark: MARK })),
    50,
  )
    .map((each) => `${each.outcome}${each.strike ? '!' : ''}`)
    .join(' ');

test.each([
  ['VALUE VALUE', [value(), value()]],
  ['VALUE MISSING!', [value(), missing]],
  ['VALUE REMOVED!', [value(), removed]],
  ['MISSING', [missing]],
  ['MISSING MISSING', [missing, missing]],
  ['REMOVED!', [removed]],
  ['MISSING REMOVED!', [missing, removed]],
])('T8 "%s": a strike is what the source said of that very clip (!)', (expected, observations) => {
  expect(outcomes(...observations)).toBe(expected);
});

test.each([
  [
    'three of six are an outage: none is REMOVED',
    [value(), value(), value(), removed, removed, missing],
    'VALUE VALUE VALUE MISSING! MISSING! MISSING!',
  ],
  [
    'three of seven are not',
    [value(), value(), value(), value(), removed, removed, missing],
    'VALUE VALUE VALUE VALUE REMOVED! REMOVED! MISSING!',
  ],
  ['two of two are not (at least three)', [removed, removed], 'REMOVED! REMOVED!'],
  ['all of three are', [removed, removed, removed], 'MISSING MISSING MISSING'],
])('T5 outage: %s', (_why, observations, expected) => {
  expect(outcomes(...observations)).toBe(expected);
});

test.each([
  ['50 times the mark is believed', 50_000n, { views: 1_000n, suspectViews: null }, false],
  ['one more is not', 50_001n, { views: 1_000n, suspectViews: null }, true],
  ['50 times a larger mark is believed', 100_000n, { views: 2_000n, suspectViews: null }, false],
  ['one more than that is not', 100_001n, { views: 2_000n, suspectViews: null }, true],
  ['a small mark counts as 1,000', 50_000n, { views: 3n, suspectViews: null }, false],
  ['a second reading of the same confirms it', 60_000n, { views: 1_000n, suspectViews: 60_000n }, false],
  ['one of at least 90 % confirms it', 54_000n, { views: 1_000n, suspectViews: 60_000n }, false],
  ['one below does not', 53_999n, { views: 1_000n, suspectViews: 60_000n }, true],
  ['a higher one confirms it', 10n ** 9n, { views: 1_000n, suspectViews: 60_000n }, false],
])('T7 SUSPECT: %s', (_why, views, mark, suspect) => {
  expect(isSuspect(views, mark, 50)).toBe(suspect);
});

test('T7 a SUSPECT keeps its count and is no strike', () => {
  expect(
    judgeBatch(
      [
        { observation: value(10n ** 9n), mark: MARK },
        { observation: value(), mark: MARK },
      ],
      50,
    )[0],
  ).toMatchObject({ outcome: 'SUSPECT', views: 10n ** 9n, strike: false });
});
