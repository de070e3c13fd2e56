import fc from 'fast-check';
import { PayoutMethod, PayoutRequestStatus } from '../../src/payout/payout.enums.js';
import {
  CANCELLATIONS_PER_DAY,
  checkAmount,
  checkDetails,
  checkIdempotencyKey,
  checkNote,
  checkTransactionId,
  payableOf,
  requireChange,
  requireCovered,
  requireOthers,
  requireRequestsLeft,
} from '../../src/payout/payout.rules.js';
import { parseMoney, smallestCoin } from '../../src/shared/money.js';
import { refusalOf } from '../support/refusal.js';

const { PENDING, APPROVED, COMPLETED, RETURNED, REJECTED, CANCELLED } = PayoutRequestStatus;
const money = (text: string) => parseMoney(text) ?? 0n;
const TERMS = { minimum: money('20.00'), coin: money('0.01') };
const ALLOWED = [
  [PENDING, APPROVED],
  [PENDING, REJECTED],
  [PENDING, CANCELLED],
  [APPROVED, COMPLETED],
  [APPROVED, REJECTED],
  [COMPLETED, RETURNED],
];
const STATUSES = Object.values(PayoutRequestStatus);
test.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to])))(
  'P2 a request that is %s becomes %s only along the six ways there are',
  (from, to) => {
    const allowed = ALLOWED.some(([one, other]) => one === from && other === to);
    expect(refusalOf(() => requireChange({ status: from }, to))).toBe(allowed ? 'accepted' : 'CONFLICT');
  },
);

test.each([
  ['20.005', '0.00', '20.00'],
  ['19.999999', '0.00', '0.00'],
  ['50.20', '0.00', '50.20'],
  ['50.20', '100.00', '0.00'],
  ['0.00', '0.00', '0.00'],
  ['-5.00', '0.00', '0.00'],
])('B3 of an available balance of %s with open requests of %s, %s is payable', (available, open, payable) => {
  expect(payableOf({ available: money(available), open: money(open) }, TERMS)).toBe(money(payable));
});

test('B3 P1 what is payable is always accepted, and a coin more never is', () => {
  const amount = fc.bigInt({ min: -1_000_000_000n, max: 10n ** 12n });
  fc.assert(
    fc.property(
      amount,
      fc.bigInt({ min: 0n, max: 10n ** 9n }),
      fc.constantFrom('USD', 'JPY', 'KWD'),
      (available, minimum, currency) => {
        const terms = { minimum, coin: smallestCoin(currency) };
        const balance = { available, open: 0n };
        const payable = payableOf(balance, terms);
        const request = (wanted: bigint) => {
          checkAmount(wanted, terms);
          requireCovered(wanted, balance);
        };
        expect(payable >= 0n && payable % terms.coin === 0n).toBe(true);
        if (payable > 0n) expect(refusalOf(() => request(payable))).toBe('accepted');
        expect(refusalOf(() => request(payable + terms.coin))).not.toBe('accepted');
      },
    ),
  );
});

test('B3 with a minimum of nothing, nothing is still not payable', () => {
  expect(payableOf({ available: 0n, open: 0n }, { minimum: 0n, coin: 10_000n })).toBe(0n);
  expect(refusalOf(() => checkAmount(0n, { minimum: 0n, coin: 10_000n }))).toBe('BAD_USER_INPUT input.amount');
});

test.each([
  ['19.99', 'BAD_USER_INPUT input.amount'],
  ['20.005', 'BAD_USER_INPUT input.amount'],
  ['20.00', 'accepted'],
  ['20.01', 'accepted'],
])('P1 an amount of %s is %s', (amount, code) => {
  expect(refusalOf(() => checkAmount(money(amount), TERMS))).toBe(code);
});

test.each([
  ['20.00', '20.00', '0.00', 'accepted'],
  ['20.01', '20.00', '0.00', 'INSUFFICIENT_BALANCE'],
  ['20.01', '20.00', '5.00', 'CONFLICT'],
])('P1 asking for %s of %s with %s open is %s', (amount, available, open, code) => {
  expect(refusalOf(() => requireCovered(money(amount), { available: money(available), open: money(open) }))).toBe(code);
});

test.each([
  [PayoutMethod.PAYPAL, ' ana@example.com ', 'ana@example.com'],
  [PayoutMethod.PAYPAL, 'ana', null],
  [PayoutMethod.PAYPAL, '', null],
  [PayoutMethod.BANK_TRANSFER, 'DE89 3704 0044 0532 0130 00', 'DE89 3704 0044 0532 0130 00'],
  [PayoutMethod.BANK_TRANSFER, 'DE88 3704 0044 0532 0130 00', null],
  [PayoutMethod.BANK_TRANSFER, 'Account 12345678, routing 021000021', 'Account 12345678, routing 021000021'],
  [PayoutMethod.PAYPAL, 'ana @example.com', null],
  [PayoutMethod.PAYPAL, 'to ana@example.com', null],
  [PayoutMethod.PAYPAL, 'ana@@example.com', null],
  [PayoutMethod.PAYPAL, 'ana@example.com x', null],
  [PayoutMethod.PAYPAL, `${'a'.repeat(488)}@example.com`, `${'a'.repeat(488)}@example.com`],
  [PayoutMethod.PAYPAL, `${'a'.repeat(489)}@example.com`, null],
  [PayoutMethod.BANK_TRANSFER, 'de89370400440532013000', 'de89370400440532013000'],
  [PayoutMethod.BANK_TRANSFER, 'GB82 WEST 1234 5698 7654 32', 'GB82 WEST 1234 5698 7654 32'],
  [PayoutMethod.BANK_TRANSFER, 'GB82 WEST 1234 5698 7654 23', null],
  [PayoutMethod.BANK_TRANSFER, 'IBAN: DE88 3704 0044 0532 0130 00', 'IBAN: DE88 3704 0044 0532 0130 00'],
  [PayoutMethod.BANK_TRANSFER, 'DE88 3704 0044 0532 0130 00, Bank', 'DE88 3704 0044 0532 0130 00, Bank'],
  [PayoutMethod.BANK_TRANSFER, 'DE8937040044', 'DE8937040044'],
  [PayoutMethod.BANK_TRANSFER, 'DE8X 3704 0044 0532 0130 00', 'DE8X 3704 0044 0532 0130 00'],
  [PayoutMethod.BANK_TRANSFER, '12345', '12345'],
  [PayoutMethod.BANK_TRANSFER, '1234', null],
  [PayoutMethod.STRIPE, 'abc', 'abc'],
  [PayoutMethod.STRIPE, 'ab', null],
  [PayoutMethod.CRYPTO, 'abc', 'abc'],
  [PayoutMethod.CRYPTO, 'ab', null],
  [PayoutMethod.CRYPTO, 'e\u0301\tx\r\nx', '\u00e9\tx\r\nx'],
  [PayoutMethod.STRIPE, 'acct_1032D82eZvKYlo2C', 'acct_1032D82eZvKYlo2C'],
  [PayoutMethod.CRYPTO, 'x\u0000yz', null],
  [PayoutMethod.CRYPTO, 'x'.repeat(501), null],
])('P1 details for %s of %j are kept as %j', (method, given, kept) => {
  if (kept) expect(checkDetails(method, given)).toBe(kept);
  else expect(refusalOf(() => checkDetails(method, given))).toBe('BAD_USER_INPUT input.details');
});

test('no refusal repeats the personal details that it refuses', () => {
  let refusal = '';
  try {
    checkDetails(PayoutMethod.BANK_TRANSFER, 'DE88370400440532013000');
  } catch (error) {
    refusal = (error as Error).message;
  }
  expect(refusal).toMatch(/IBAN/);
  expect(refusal).not.toMatch(/0532013000/);
});

test('P2 the refusal of a change says from where it would be allowed', () => {
  expect(() => requireChange({ status: PENDING }, REJECTED)).not.toThrow();
  expect(() => requireChange({ status: COMPLETED }, REJECTED)).toThrow(/only one that is PENDING or APPROVED becomes/);
});

test('U3 nobody decides on their own payout request', () => {
  expect(refusalOf(() => requireOthers({ clipperId: 'a' }, { id: 'a' }))).toBe('FORBIDDEN');
  expect(refusalOf(() => requireOthers({ clipperId: 'a' }, { id: 'b' }))).toBe('accepted');
});

test('P6 after ten cancelled requests in a day the next one waits for the next day', () => {
  expect(CANCELLATIONS_PER_DAY).toBe(10);
  expect(refusalOf(() => requireRequestsLeft(9, 60))).toBe('accepted');
  expect(refusalOf(() => requireRequestsLeft(10, 60))).toBe('RATE_LIMITED');
  expect(refusalOf(() => requireRequestsLeft(11, 60))).toBe('RATE_LIMITED');
});

test('P1 below the least amount the refusal says what is accepted: the minimum, or a coin where there is none', () => {
  expect(() => checkAmount(1n, TERMS)).toThrow(/at least 20\.00/);
  expect(() => checkAmount(0n, { minimum: 0n, coin: 10_000n })).toThrow(/at least 0\.01/);
});

test.each<[string, () => unknown, unknown]>([
  ['an empty note', () => checkNote('  '), 'BAD_USER_INPUT note'],
  ['the longest note', () => checkNote('x'.repeat(1_000)), 'accepted'],
  ['a note too long', () => checkNote('x'.repeat(1_001)), 'BAD_USER_INPUT note'],
  ['a note of the most characters outside the BMP', () => checkNote('\u{1f600}'.repeat(1_000)), 'accepted'],
  ['a note of two lines', () => checkNote('two\nlines'), 'accepted'],
  ['a note with a control character', () => checkNote('a\u0007b'), 'BAD_USER_INPUT note'],
  ['a transaction id with a space', () => checkTransactionId('a b'), 'BAD_USER_INPUT transactionId'],
  ['an empty transaction id', () => checkTransactionId(''), 'BAD_USER_INPUT transactionId'],
  ['the longest transaction id', () => checkTransactionId('x'.repeat(200)), 'accepted'],
  ['a transaction id too long', () => checkTransactionId('x'.repeat(201)), 'BAD_USER_INPUT transactionId'],
  ['an empty key', () => checkIdempotencyKey(''), 'BAD_USER_INPUT input.idempotencyKey'],
  ['the longest key', () => checkIdempotencyKey('x'.repeat(100)), 'accepted'],
  ['a key too long', () => checkIdempotencyKey('x'.repeat(101)), 'BAD_USER_INPUT input.idempotencyKey'],
])('a text of a payout is checked: %s', (_what, check, answer) => {
  expect(refusalOf(check)).toBe(answer);
});

test('texts of a payout are kept trimmed and normalised, a key as it is', () => {
  expect(checkNote(' e\u0301 ')).toBe('\u00e9');
  expect(checkTransactionId(' e\u0301 ')).toBe('\u00e9');
  expect([checkIdempotencyKey(' k '), checkIdempotencyKey(null), checkIdempotencyKey(undefined)]).toEqual([
    ' k ',
    null,
    null,
  ]);
});
