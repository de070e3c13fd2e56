import fc from 'fast-check';
import { PayoutMethod, PayoutRequestStatus } from '../../src/payout/payout.enums.js';
import {
  checkAmount,
  checkDetails,
  checkIdempotencyKey,
  checkNote,
  checkTransactionId,
  payableOf,
  requireChange,
  requireCovered,
} from '../../src/payout/payout.rules.js';
import { parseMoney, smallestCoin } from '../../src/shared/money.js';

const { PENDING, APPROVED, COMPLETED, RETURNED, REJECTED, CANCELLED } = PayoutRequestStatus;
const money = (text: string) => parseMoney(text) ?? 0n;
const TERMS = { minimum: money('20.00'), coin: money('0.01') };
const codeOf = (work: () => unknown) => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

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
    expect(codeOf(() => requireChange({ status: from }, to))).toBe(allowed ? 'accepted' : 'CONFLICT');
  },
);

test.each([
  ['20.005', '0.00', '20.00'],
  ['19.999999', '0.00', '0.00'],
  ['50.20', '0.00', '50.20'],
  ['50.20', '100.00', '0.00'],
  ['0.00', '0.00', '0.00'],
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
        if (payable > 0n) expect(codeOf(() => request(payable))).toBe('accepted');
        expect(codeOf(() => request(payable + terms.coin))).not.toBe('accepted');
      },
    ),
  );
});

test('B3 with a minimum of nothing, nothing is still not payable', () => {
  expect(payableOf({ available: 0n, open: 0n }, { minimum: 0n, coin: 10_000n })).toBe(0n);
  expect(codeOf(() => checkAmount(0n, { minimum: 0n, coin: 10_000n }))).toBe('BAD_USER_INPUT');
});

test.each([
  ['USD', 10_000n],
  ['JPY', 1_000_000n],
  ['KWD', 1_000n],
])('M4 the smallest coin of %s is %d micros', (currency, coin) => {
  expect(smallestCoin(currency)).toBe(coin);
});

test.each([
  ['19.99', 'BAD_USER_INPUT'],
  ['20.005', 'BAD_USER_INPUT'],
  ['20.00', 'accepted'],
  ['20.01', 'accepted'],
])('P1 an amount of %s is %s', (amount, code) => {
  expect(codeOf(() => checkAmount(money(amount), TERMS))).toBe(code);
});

test.each([
  ['20.00', '20.00', '0.00', 'accepted'],
  ['20.01', '20.00', '0.00', 'INSUFFICIENT_BALANCE'],
  ['20.01', '20.00', '5.00', 'CONFLICT'],
])('P1 asking for %s of %s with %s open is %s', (amount, available, open, code) => {
  expect(codeOf(() => requireCovered(money(amount), { available: money(available), open: money(open) }))).toBe(code);
});

test.each([
  [PayoutMethod.PAYPAL, ' ana@example.com ', 'ana@example.com'],
  [PayoutMethod.PAYPAL, 'ana', null],
  [PayoutMethod.PAYPAL, '', null],
  [PayoutMethod.BANK_TRANSFER, 'DE89 3704 0044 0532 0130 00', 'DE89 3704 0044 0532 0130 00'],
  [PayoutMethod.BANK_TRANSFER, 'DE88 3704 0044 0532 0130 00', null],
  [PayoutMethod.BANK_TRANSFER, 'Account 12345678, routing 021000021', 'Account 12345678, routing 021000021'],
  [PayoutMethod.STRIPE, 'acct_1032D82eZvKYlo2C', 'acct_1032D82eZvKYlo2C'],
  [PayoutMethod.CRYPTO, 'x\u0000yz', null],
  [PayoutMethod.CRYPTO, 'x'.repeat(501), null],
])('P1 details for %s of %j are kept as %j', (method, given, kept) => {
  if (kept) expect(checkDetails(method, given)).toBe(kept);
  else expect(codeOf(() => checkDetails(method, given))).toBe('BAD_USER_INPUT');
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

test.each([
  [() => checkNote('  '), 'BAD_USER_INPUT'],
  [() => checkNote('x'.repeat(1_001)), 'BAD_USER_INPUT'],
  [() => checkNote('two\nlines'), 'accepted'],
  [() => checkTransactionId('a b'), 'BAD_USER_INPUT'],
  [() => checkTransactionId(''), 'BAD_USER_INPUT'],
  [() => checkTransactionId('x'.repeat(201)), 'BAD_USER_INPUT'],
  [() => checkTransactionId('TX-1'), 'accepted'],
  [() => checkIdempotencyKey(''), 'BAD_USER_INPUT'],
  [() => checkIdempotencyKey('x'.repeat(101)), 'BAD_USER_INPUT'],
  [() => checkIdempotencyKey(null), 'accepted'],
])('a text of a payout is checked (%#)', (check, code) => {
  expect(codeOf(check)).toBe(code);
});
