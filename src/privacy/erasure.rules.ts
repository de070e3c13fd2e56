import { type PayoutTerms, payableOf } from '../payout/payout.rules.js';
import { addMs, DAY_MS } from '../shared/clock.js';
import { conflict } from '../shared/errors.js';
import { formatMoney, type Micros } from '../shared/money.js';

/** A payment may come back within this time: until then nobody erases the account that it was made to, admins aside. */
const PAYMENT_DAYS = 30;

/** What is looked at before a user is erased, all of it read under the locks. */
export interface Erasable {
  /** Of everything earned. */
  totalEarned: Micros;
  /** Unclamped: available earnings less payouts and open requests. */
  availableBalance: Micros;
  paidOut: Micros;
  /** What open payout requests hold. */
  pendingPayouts: Micros;
  /** When the newest payout was completed; null for never. */
  lastPaidAt: Date | null;
  /** Whether the user is the only admin who is not suspended. */
  lastAdmin: boolean;
}

export interface Erasing {
  /** Whether an admin (or the operator) erases somebody else. */
  byOthers: boolean;
  /** Whether the balance below the minimum is given up. */
  forfeit: boolean;
  terms: PayoutTerms;
  now: Date;
}

/**
 * Earnings that can be paid out by no request yet: those in open campaigns and those not available yet. By B3 the
 * available ones are the balance with what payouts and requests took from it.
 */
export const notAvailable = ({ totalEarned, availableBalance, paidOut, pendingPayouts }: Erasable): Micros =>
  totalEarned - availableBalance - paidOut - pendingPayouts;

/**
 * Refuses an erasure and names what prevents it.
 * @throws CONFLICT
 * @see docs/domain.md U6
 */
export function requireErasable(user: Erasable, { byOthers, forfeit, terms, now }: Erasing): void {
  if (user.lastAdmin) throw conflict('The last admin cannot be erased: make somebody else an admin first.');
  if (user.pendingPayouts > 0n)
    throw conflict('A payout request is open: it must be paid, rejected or cancelled first.');
  const waiting = notAvailable(user);
  if (waiting !== 0n)
    throw conflict(`${formatMoney(waiting)} of the earnings are not available yet: wait until they are.`);
  const { availableBalance: balance } = user;
  if (payableOf({ available: balance, open: 0n }, terms) > 0n)
    throw conflict(`The available balance is ${formatMoney(balance)}: request a payout of it first.`);
  if (balance !== 0n && !forfeit)
    throw conflict(`The available balance is ${formatMoney(balance)}, below the minimum: forfeit: true gives it up.`);
  if (!byOthers && user.lastPaidAt && user.lastPaidAt > addMs(now, -PAYMENT_DAYS * DAY_MS))
    throw conflict(
      `A payout was completed in the last ${PAYMENT_DAYS} days and could still come back: wait, or ask an admin.`,
    );
}
