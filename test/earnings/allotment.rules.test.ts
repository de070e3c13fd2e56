import fc from 'fast-check';
import {
  allot as allotClaims,
  type ClipAccount,
  claimOf,
  entitled,
  owed,
} from '../../src/earnings/settlement/allotment.rules.js';
import { formatMoney, parseMoney, sumMoney } from '../../src/shared/money.js';

const allot = (accounts: readonly ClipAccount[], remaining: bigint) =>
  allotClaims(
    accounts.flatMap((each) => claimOf(each) ?? []),
    remaining,
  );

const money = (text: string) => parseMoney(text) ?? 0n;

const account = (over: Partial<ClipAccount> = {}): ClipAccount => ({
  clipId: 'a',
  initialViews: 0n,
  views: 0n,
  cpm: money('1.00'),
  minViews: 0n,
  maxEarnings: null,
  earnings: 0n,
  ...over,
});

test.each([
  ['all counted views pay', { initialViews: 1_000n, views: 2_000n }, '1.00'],
  ['cumulative growth, less what was earned', { initialViews: 1_000n, views: 5_000n, earnings: money('1.00') }, '3.00'],
  ['nothing twice', { initialViews: 1_000n, views: 2_000n, earnings: money('1.00') }, '0.00'],
  ['never less than nothing', { views: 1_000n, earnings: money('9.00') }, '0.00'],
  ['nothing below the minimum', { views: 999n, minViews: 1_000n }, '0.00'],
  ['all counted views from the minimum on', { views: 1_000n, minViews: 1_000n }, '1.00'],
  ['the minimum is of counted views, not of views', { initialViews: 500n, views: 1_000n, minViews: 1_000n }, '0.00'],
  ['no more than the maximum', { views: 9_000n, maxEarnings: money('5.00') }, '5.00'],
  [
    'no more than what the maximum leaves',
    { views: 9_000n, maxEarnings: money('5.00'), earnings: money('4.00') },
    '1.00',
  ],
  ['a CPM of 3 decimals to the micro', { views: 7n, cpm: money('0.001') }, '0.000007'],
  ['the largest numbers', { views: 100_000_000_000n, cpm: money('10000') }, '1000000000000.00'],
])('T9 what a clip is owed: %s', (_why, over, amount) => {
  expect(formatMoney(owed(account(over)))).toBe(amount);
});

test('M2 the largest accrual stays below 2^63', () => {
  expect(entitled(account({ views: 100_000_000_000n, cpm: money('10000') })).amount).toBeLessThan(2n ** 63n);
});

const owing = (...amounts: string[]) =>
  amounts.map((amount, index) => account({ clipId: `c${index}`, views: money(amount) / 1_000n }));
const paid = (accounts: ClipAccount[], remaining: string) =>
  allot(accounts, money(remaining)).map((share) => formatMoney(share.amount));

test('T10 example 3: owed 60, 30, 30 of 100 left is shared 50 / 25 / 25', () => {
  expect(paid(owing('60', '30', '30'), '100')).toEqual(['50.00', '25.00', '25.00']);
});

test('T10 example 4: owed 5, 5, 5 of 10 left is shared to the micro, ties by clip id', () => {
  expect(paid(owing('5', '5', '5'), '10')).toEqual(['3.333334', '3.333333', '3.333333']);
});

test('T10 what fits is paid in full, exactly what remains included', () => {
  expect(paid(owing('60', '40'), '100')).toEqual(['60.00', '40.00']);
  expect(allot(owing('60', '40'), money('100')).map((share) => share.cap)).toEqual(['NONE', 'NONE']);
});

test('T14 the cap says what kept an entry lower: the budget over the maximum over nothing', () => {
  const capped = account({ clipId: 'capped', views: 9_000n, maxEarnings: money('5') });
  const free = account({ clipId: 'free', views: 9_000n });
  expect(allot([capped, free], money('100')).map((share) => share.cap)).toEqual(['CLIP_MAXIMUM', 'NONE']);
  expect(allot([capped, free], money('10')).map((share) => share.cap)).toEqual(['BUDGET_SHARE', 'BUDGET_SHARE']);
});

test('T9 a clip is capped only by a maximum below its worth', () => {
  const worth = account({ views: 5_000n });
  expect(entitled({ ...worth, maxEarnings: money('5') })).toEqual({ amount: money('5'), capped: false });
  expect(entitled({ ...worth, maxEarnings: money('4.999999') })).toEqual({ amount: money('4.999999'), capped: true });
  expect(entitled({ ...worth, minViews: 5_001n, maxEarnings: 10_000n })).toEqual({ amount: 0n, capped: false });
});

test('T10 the micros that are left go to the largest remainders, at a tie to the lower clip id', () => {
  const claim = (clipId: string, owes: bigint) => ({ clipId, owed: owes, capped: false });
  const shares = (claims: ReturnType<typeof claim>[], remaining: bigint) =>
    Object.fromEntries(allotClaims(claims, remaining).map(({ clipId, amount }) => [clipId, amount]));
  expect(shares([claim('a', 2n), claim('b', 1n)], 2n)).toEqual({ a: 1n, b: 1n });
  expect(shares([claim('c', 1n), claim('b', 1n), claim('a', 1n)], 1n)).toEqual({ a: 1n });
  expect(shares([claim('b', 1n), claim('c', 1n), claim('a', 1n)], 2n)).toEqual({ a: 1n, b: 1n });
});

test('T14 no share of nothing', () => {
  expect(allot([account({ clipId: 'rich', views: 10n ** 10n }), account({ clipId: 'poor', views: 1n })], 5n)).toEqual([
    { clipId: 'rich', amount: 5n, cap: 'BUDGET_SHARE' },
  ]);
});

const accounts = fc.uniqueArray(
  fc.record({
    clipId: fc.uuid(),
    initialViews: fc.bigInt({ min: 0n, max: 10n ** 6n }),
    views: fc.bigInt({ min: 0n, max: 10n ** 11n }),
    cpm: fc.bigInt({ min: 1n, max: 10_000_000n }).map((step) => step * 1_000n),
    minViews: fc.bigInt({ min: 0n, max: 10n ** 9n }),
    maxEarnings: fc.option(fc.bigInt({ min: 10_000n, max: 10n ** 15n })),
    earnings: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  }),
  { selector: (each) => each.clipId, maxLength: 40 },
);
const budget = fc.bigInt({ min: 1n, max: 10n ** 15n });

test('T10 shares sum exactly to what is owed or to what remained, and nobody gets more than they are owed', () => {
  fc.assert(
    fc.property(accounts, budget, (clips, remaining) => {
      const shares = allot(clips, remaining);
      const total = sumMoney(clips.map(owed));
      expect(sumMoney(shares.map((share) => share.amount))).toBe(total <= remaining ? total : remaining);
      const owedBy = new Map(clips.map((clip) => [clip.clipId, owed(clip)]));
      for (const { clipId, amount } of shares) expect(amount > 0n && amount <= (owedBy.get(clipId) ?? 0n)).toBe(true);
    }),
  );
});

test('T10 the order of clips does not change a share', () => {
  fc.assert(
    fc.property(
      accounts.chain((clips) => fc.tuple(fc.constant(clips), fc.shuffledSubarray(clips, { minLength: clips.length }))),
      budget,
      ([clips, shuffled], remaining) => {
        const byId = (list: ReturnType<typeof allot>) =>
          list.toSorted((one, other) => (one.clipId < other.clipId ? -1 : 1));
        expect(byId(allot(shuffled, remaining))).toEqual(byId(allot(clips, remaining)));
      },
    ),
  );
});

test('T10 a share is within a micro of its proportion', () => {
  fc.assert(
    fc.property(accounts, budget, (clips, remaining) => {
      const total = sumMoney(clips.map(owed));
      if (total <= remaining) return;
      const shares = new Map(allot(clips, remaining).map((share) => [share.clipId, share.amount]));
      for (const clip of clips) {
        const exact = (owed(clip) * remaining) / total;
        const got = shares.get(clip.clipId) ?? 0n;
        expect(got === exact || got === exact + 1n).toBe(true);
      }
    }),
  );
});

test('T9 settling again with the same views pays nothing more', () => {
  fc.assert(
    fc.property(accounts, (clips) => {
      const enough = 10n ** 30n;
      const shares = new Map(allot(clips, enough).map((share) => [share.clipId, share.amount]));
      const after = clips.map((clip) => ({ ...clip, earnings: clip.earnings + (shares.get(clip.clipId) ?? 0n) }));
      expect(allot(after, enough)).toEqual([]);
    }),
  );
});
