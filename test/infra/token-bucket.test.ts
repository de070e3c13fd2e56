import fc from 'fast-check';
import { TokenBucket } from '../../src/infra/security/token-bucket.js';

test('a bucket gives what it holds at once, refills steadily, and never holds more than its size', () => {
  let now = 0;
  const bucket = new TokenBucket(3, 2, () => now);
  expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([true, true, true, false]);
  now = 500;
  expect([bucket.take(), bucket.take()]).toEqual([true, false]);
  now = 100_000;
  expect([bucket.take(4), bucket.take(3), bucket.take()]).toEqual([false, true, false]);
});

test('however calls are spread, no more is given than the size and what has refilled', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 5 }))), (calls) => {
      let now = 0;
      let taken = 0;
      const bucket = new TokenBucket(10, 4, () => now);
      for (const [pause, count] of calls) {
        now += pause;
        if (bucket.take(count)) taken += count;
      }
      expect(taken).toBeLessThanOrEqual(10 + (now * 4) / 1_000 + 1e-6);
    }),
  );
});
