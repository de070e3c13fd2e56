import fc from 'fast-check';
import type { DomainError } from '../../src/shared/errors.js';
import {
  countedReads,
  GIVEN_BACK_PER_DAY,
  KEPT_MS,
  type KnownRead,
  outcomeOf,
  READ_LEASE_MS,
  READS_IN_FLIGHT,
  type ReadsOfDay,
  recallRead,
  refusalOf,
  requireReadsLeft,
} from '../../src/submission/baseline.rules.js';
import { BaselineOutcome } from '../../src/submission/baseline-read.entity.js';

const now = new Date('2026-11-20T12:00:00.000Z');
const before = (ms: number) => new Date(now.getTime() - ms);
const none: ReadsOfDay = { taken: 0, failed: 0, inFlight: 0, inFlightSince: null };
const refusal = (reads: Partial<ReadsOfDay>, limit = 5) => {
  try {
    requireReadsLeft({ ...none, ...reads }, { limit, secondsLeft: 43_200, now });
    return null;
  } catch (error) {
    const { code, details } = error as DomainError;
    return [code, details.retryAfterSeconds];
  }
};

test.each([
  ['nothing yet', {}, null],
  ['one less than the limit', { taken: 4 }, null],
  ['the limit', { taken: 5 }, ['RATE_LIMITED', 43_200]],
  ['the limit, one of them given back', { taken: 5, failed: 1 }, null],
  ['ten given back', { taken: 14, failed: 10 }, null],
  ['ten of eleven given back', { taken: 15, failed: 11 }, ['RATE_LIMITED', 43_200]],
  ['one in flight', { taken: 1, inFlight: 1, inFlightSince: before(1_000) }, null],
  ['two in flight', { taken: 2, inFlight: 2, inFlightSince: before(40_000) }, ['RATE_LIMITED', 60]],
  ['two that end at any moment', { inFlight: 2, inFlightSince: before(READ_LEASE_MS - 1) }, ['RATE_LIMITED', 1]],
  ['two from another clock', { inFlight: 2, inFlightSince: before(READ_LEASE_MS + 5_000) }, ['RATE_LIMITED', 1]],
] as const)('S4 one more read after %s', (_reads, reads, expected) => {
  expect(refusal(reads)).toEqual(expected);
});

test('S4 whatever fails, no more than ten reads a day are given back, and never more than failed', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(200), fc.integer({ min: 1, max: 100 }), (succeeded, failed, limit) => {
      const counted = countedReads({ taken: succeeded + failed, failed });
      expect(counted).toBeGreaterThanOrEqual(succeeded);
      expect(succeeded + failed - counted).toBeLessThanOrEqual(GIVEN_BACK_PER_DAY);
      expect(refusal({ taken: succeeded + failed, failed }, limit) !== null).toBe(counted >= limit);
    }),
  );
});

test('S4 no reads in flight beyond two are let through, whatever is left of the day', () => {
  fc.assert(
    fc.property(fc.nat(10), fc.nat(100), (inFlight, taken) => {
      const refused = refusal({ inFlight, taken, inFlightSince: inFlight ? before(1) : null }, 1_000) !== null;
      expect(refused).toBe(inFlight >= READS_IN_FLIGHT);
    }),
  );
});

test.each([
  [{ kind: 'VALUE', views: 0n }, 'VALUE', undefined],
  [{ kind: 'REMOVED', reason: 'gone' }, 'GONE', 'BAD_USER_INPUT'],
  [{ kind: 'MISSING', reason: 'no item' }, 'UNKNOWN', 'UPSTREAM_UNAVAILABLE'],
  [{ kind: 'MISSING', reason: 'timed out', failed: true }, 'FAILED', 'UPSTREAM_UNAVAILABLE'],
] as const)('S4 T4 a read that says %j is %s', (observation, outcome, code) => {
  expect(outcomeOf(observation)).toBe(outcome);
  expect(refusalOf(outcomeOf(observation))?.code).toBe(code);
});

const ME = { clipperId: 'me', campaignId: 'here' };
const read = (outcome: keyof typeof BaselineOutcome, views: bigint | null, over: Partial<KnownRead> = {}) => ({
  clipperId: 'rival',
  campaignId: 'there',
  outcome: BaselineOutcome[outcome],
  views,
  ...over,
});
test.each([
  ['nothing', [], null],
  ['a count for somebody else', [read('VALUE', 7n)], null],
  ['a count for another campaign', [read('VALUE', 7n, { clipperId: 'me' })], null],
  ['a count for another clipper of the campaign', [read('VALUE', 7n, { campaignId: 'here' })], null],
  ['one’s own count', [read('VALUE', 7n, ME)], 7n],
  ['one’s own count of 0', [read('VALUE', 0n, ME)], 0n],
  ['one’s own count, and later that it is gone', [read('GONE', null), read('VALUE', 7n, ME)], 7n],
  ['one’s own count, and later that it is gone, both for oneself', [read('GONE', null, ME), read('VALUE', 7n, ME)], 7n],
  ['that it is gone, by anybody', [read('GONE', null)], 'BAD_USER_INPUT'],
  ['that it is not known, by anybody', [read('UNKNOWN', null)], 'UPSTREAM_UNAVAILABLE'],
] as const)('S4 what is known from %s', (_what, reads, expected) => {
  let answer: unknown;
  try {
    answer = recallRead(reads, ME);
  } catch (error) {
    answer = (error as DomainError).code;
  }
  expect(answer).toBe(expected);
});

test('S4 what cannot be read is kept for ten minutes, and the refusal says so', () => {
  expect(KEPT_MS).toBe(600_000);
  expect(refusalOf(BaselineOutcome.UNKNOWN)?.message).toMatch(/Check the link; .* in 10 minutes/);
  expect(refusalOf(BaselineOutcome.FAILED)?.message).toMatch(/try again later/);
});
