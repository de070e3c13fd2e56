import { badInput, conflict, forbidden, insufficientBalance, rateLimited } from '../shared/errors.js';
import { formatMoney, type Micros } from '../shared/money.js';
import { isText } from '../shared/text.js';
import { PayoutMethod, PayoutRequestStatus } from './payout.enums.js';

const NOTE_LENGTH_LIMIT = 1_000;
const DETAILS_LENGTH_LIMIT = 500;
const TRANSACTION_ID_LENGTH_LIMIT = 200;
const KEY_LENGTH_LIMIT = 100;
/** Requests that one clipper can take back in a day (UTC): every admin is notified of each, and of each request. */
export const CANCELLATIONS_PER_DAY = 10;

const { APPROVED, COMPLETED, RETURNED, REJECTED, CANCELLED } = PayoutRequestStatus;

/** Every change of a request there is. @see docs/domain.md P2 */
const CHANGES: Record<PayoutRequestStatus, readonly PayoutRequestStatus[]> = {
  PENDING: [APPROVED, REJECTED, CANCELLED],
  APPROVED: [COMPLETED, REJECTED],
  COMPLETED: [RETURNED],
  RETURNED: [],
  REJECTED: [],
  CANCELLED: [],
};

/**
 * @throws CONFLICT the request does not stand as it must
 * @see docs/domain.md P2
 */
export function requireChange(request: { status: PayoutRequestStatus }, to: PayoutRequestStatus): void {
  if (CHANGES[request.status].includes(to)) return;
  const from = Object.values(PayoutRequestStatus).filter((status) => CHANGES[status].includes(to));
  throw conflict(`The payout request is ${request.status}: only one that is ${from.join(' or ')} becomes ${to}.`);
}

/** @throws FORBIDDEN one's own @see docs/domain.md U3 */
export function requireOthers(request: { clipperId: string }, viewer: { id: string }): void {
  if (request.clipperId === viewer.id) throw forbidden('Nobody decides on their own payout request.');
}

/** What paying somebody needs to know of them. */
export interface Balance {
  /** Earnings that are available, less what was paid and what open requests hold. */
  available: Micros;
  /** What open requests (PENDING or APPROVED) hold. */
  open: Micros;
}

export interface PayoutTerms {
  minimum: Micros;
  /** The currency's smallest coin. */
  coin: Micros;
}

/**
 * What requestPayout would accept now: the available balance in whole coins, 0 below the minimum or with an open
 * request.
 * @see docs/domain.md B3
 */
export function payableOf({ available, open }: Balance, { minimum, coin }: PayoutTerms): Micros {
  if (open > 0n) return 0n;
  const whole = available - (available % coin);
  return whole < minimum ? 0n : whole;
}

/**
 * @throws BAD_USER_INPUT below the minimum, or not in whole coins
 * @see docs/domain.md P1
 */
export function checkAmount(amount: Micros, { minimum, coin }: PayoutTerms): void {
  if (amount < minimum || amount <= 0n)
    throw badInput('input.amount', `amount must be at least ${formatMoney(minimum > 0n ? minimum : coin)}.`);
  if (amount % coin !== 0n)
    throw badInput(
      'input.amount',
      `amount must be a whole number of ${formatMoney(coin)}, the currency's smallest coin.`,
    );
}

/**
 * @throws CONFLICT a request is open; INSUFFICIENT_BALANCE
 * @see docs/domain.md P1
 */
export function requireCovered(amount: Micros, { available, open }: Balance): void {
  if (open > 0n) throw conflict('A payout request is open already: one at a time.');
  if (amount > available)
    throw insufficientBalance(`The available balance is ${formatMoney(available)}: no more can be requested.`);
}

/**
 * Whether a clipper may make another request. Those that an admin decided do not count.
 * @param cancelled requests that the clipper took back today
 * @throws RATE_LIMITED
 * @see docs/domain.md P6
 */
export function requireRequestsLeft(cancelled: number, secondsLeft: number): void {
  if (cancelled >= CANCELLATIONS_PER_DAY)
    throw rateLimited(
      `After ${CANCELLATIONS_PER_DAY} cancelled payout requests in a day (UTC) the next one can be made the day after.`,
      secondsLeft,
    );
}

const FORMS: Record<PayoutMethod, { accepts(details: string): boolean; form: string }> = {
  PAYPAL: { accepts: (details) => /^[^\s@]+@[^\s@]+$/.test(details), form: 'the e-mail address of a PayPal account' },
  BANK_TRANSFER: { accepts: isBankAccount, form: 'an IBAN with the right check digits, or an account with its bank' },
  STRIPE: { accepts: (details) => details.length >= 3, form: 'a Stripe account' },
  CRYPTO: { accepts: (details) => details.length >= 3, form: 'a wallet, with its network' },
};

/**
 * Where to pay, in its stored form. The message never repeats what was given: it is personal.
 * @throws BAD_USER_INPUT
 */
export function checkDetails(method: PayoutMethod, given: string): string {
  const details = given.normalize('NFC').trim();
  const { accepts, form } = FORMS[method];
  if (!isText(details, DETAILS_LENGTH_LIMIT) || !accepts(details))
    throw badInput('input.details', `details must be ${form}, in at most ${DETAILS_LENGTH_LIMIT} characters.`);
  return details;
}

const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/** Something that looks like an IBAN must be one: its check digits find a slip of the pen. */
function isBankAccount(details: string): boolean {
  const compact = details.replace(/\s/g, '').toUpperCase();
  if (!IBAN.test(compact)) return details.length >= 5;
  const digits = (compact.slice(4) + compact.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(parseInt(letter, 36)));
  return BigInt(digits) % 97n === 1n;
}

/** @throws BAD_USER_INPUT */
export function checkNote(given: string): string {
  const note = given.normalize('NFC').trim();
  if (!isText(note, NOTE_LENGTH_LIMIT))
    throw badInput('note', `note must say why in 1 to ${NOTE_LENGTH_LIMIT} characters, without control characters.`);
  return note;
}

/** @throws BAD_USER_INPUT */
export function checkTransactionId(given: string): string {
  const id = given.normalize('NFC').trim();
  if (!isText(id, TRANSACTION_ID_LENGTH_LIMIT) || /\s/.test(id))
    throw badInput(
      'transactionId',
      `transactionId must be the payment's identifier: 1 to ${TRANSACTION_ID_LENGTH_LIMIT} characters without spaces.`,
    );
  return id;
}

/** @throws BAD_USER_INPUT @see docs/domain.md P4 */
export function checkIdempotencyKey(key: string | null | undefined): string | null {
  if (key == null) return null;
  if (!isText(key, KEY_LENGTH_LIMIT))
    throw badInput('input.idempotencyKey', `idempotencyKey must be 1 to ${KEY_LENGTH_LIMIT} characters.`);
  return key;
}
