import fc from 'fast-check';
import { isSettled, knownEnd, lookPauseMs, type SourceTry, sendLimitMs } from '../../src/tracking/source-try.rules.js';

const AT = '2026-11-20T08:00:00.000Z';
const attempt = (over: Partial<SourceTry> = {}): SourceTry => ({ runId: null, startedAt: AT, videoIds: [], ...over });
const refusal = { failure: 'REFUSED' as const, reason: 'no' };

test.each([
  ['not made yet', [], 0, null],
  ['interrupted while it was started', [attempt()], 0, null],
  ['with a run', [attempt({ runId: 'x' })], 0, null],
  ['refused', [attempt({ refusal })], 0, refusal],
  [
    'of the first edition, refused before the next was made',
    [attempt(), attempt({ runId: 'x' })],
    0,
    { failure: 'BUSY' },
  ],
])('T12 what is known of a try %s', (_name, tries, index, end) => {
  if (end) expect(knownEnd(tries, index)).toMatchObject(end);
  else expect(knownEnd(tries, index)).toBeNull();
});

test('T12 no start can be on its way when its try is taken for settled', () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 120_000 }), fc.integer({ min: 0, max: 300_000 }), (limitMs, passedMs) => {
      const settled = isSettled(attempt(), limitMs, new Date(Date.parse(AT) + passedMs));
      if (settled) expect(passedMs).toBeGreaterThan(sendLimitMs(limitMs) + limitMs);
      else expect(passedMs).toBeLessThan(2 * limitMs);
      expect(lookPauseMs(limitMs)).toBeGreaterThan(0);
    }),
  );
});
