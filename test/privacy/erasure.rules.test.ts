import fc from 'fast-check';
import { type Erasable, type Erasing, notAvailable, requireErasable } from '../../src/privacy/erasure.rules.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const DAY_MS = 86_400_000;
const NOBODY: Erasable = {
  totalEarned: 0n,
  availableBalance: 0n,
  paidOut: 0n,
  pendingPayouts: 0n,
  lastPaidAt: null,
  lastAdmin: false,
};
const erasing = (change: Partial<Erasing> = {}): Erasing => ({
  byOthers: false,
  forfeit: false,
  terms: { minimum: 20_000_000n, coin: 10_000n },
  now: NOW,
  ...change,
});
const earned = (amount: bigint): Partial<Erasable> => ({ totalEarned: amount, availableBalance: amount });

const CASES: [string, Partial<Erasable>, Partial<Erasing>, string | null][] = [
  ['nothing earned', {}, {}, null],
  ['the last admin', { lastAdmin: true }, { byOthers: true }, 'last admin'],
  ['an open request', { totalEarned: 30_000_000n, pendingPayouts: 30_000_000n }, {}, 'payout request is open'],
  ['earnings that are not available', { totalEarned: 1n }, { forfeit: true }, '0.000001 of the earnings'],
  ['a balance at the minimum', earned(20_000_000n), { forfeit: true }, 'request a payout'],
  ['a balance below the minimum', earned(19_999_999n), {}, 'forfeit: true'],
  ['a balance below the minimum, given up', earned(19_999_999n), { forfeit: true }, null],
  ['a balance at a minimum of 0', earned(1n), { terms: { minimum: 0n, coin: 10_000n } }, 'forfeit: true'],
  ['all paid out', { totalEarned: 30_000_000n, paidOut: 30_000_000n }, {}, null],
  ['paid 30 days ago', { lastPaidAt: new Date(NOW.getTime() - 30 * DAY_MS) }, {}, null],
  ['paid a moment less ago', { lastPaidAt: new Date(NOW.getTime() - 30 * DAY_MS + 1) }, {}, 'last 30 days'],
  ['paid today, erased by an admin', { lastPaidAt: NOW }, { byOthers: true }, null],
];

test.each(CASES)('U6 with %s: %j %j is refused for %j', (_what, user, how, refused) => {
  const erase = () => requireErasable({ ...NOBODY, ...user }, erasing(how));
  if (refused === null) expect(erase).not.toThrow();
  else expect(erase).toThrow(refused);
});

test('U6 B3 what is not available is what was earned less what is in the balance, paid or asked for; forfeit gives up no more', () => {
  const micros = fc.bigInt({ min: 0n, max: 10n ** 12n });
  fc.assert(
    fc.property(micros, micros, micros, micros, (waiting, balance, paidOut, pendingPayouts) => {
      const user = {
        ...NOBODY,
        totalEarned: waiting + balance + paidOut + pendingPayouts,
        availableBalance: balance,
        paidOut,
        pendingPayouts,
      };
      expect(notAvailable(user)).toBe(waiting);
      const allowed = waiting === 0n && pendingPayouts === 0n && balance < 20_000_000n;
      const erase = () => requireErasable(user, erasing({ forfeit: true, byOthers: true }));
      if (allowed) expect(erase).not.toThrow();
      else expect(erase).toThrow();
    }),
  );
});
