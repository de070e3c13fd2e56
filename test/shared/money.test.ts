import fc from 'fast-check';
import {
  formatMoney,
  formatMoneyWithCurrency,
  maxMoney,
  parseMoney,
  smallestCoin,
  sumMoney,
} from '../../src/shared/money.js';

test.each([
  ['2449', 2_449_000_000n],
  ['2449.00', 2_449_000_000n],
  ['127.85', 127_850_000n],
  ['0.00137', 1_370n],
  ['0', 0n],
  ['0.000001', 1n],
  ['1000000000', 1_000_000_000_000_000n],
])('M3 %s is read as %d micros', (text, micros) => {
  expect(parseMoney(text)).toBe(micros);
});

test.each([
  '',
  ' ',
  '1e3',
  '+1',
  '-1',
  '1,000',
  '1 000',
  '01',
  '00',
  '.5',
  '1.',
  '1.1234567',
  '0x10',
  '١',
  '1_000',
  'NaN',
  'Infinity',
  '1.0 ',
  ' 1',
  '1\n',
  '12345678901234',
])('M3 %j is refused: no sign, exponent, separator, space or leading zero', (text) => {
  expect(parseMoney(text)).toBeNull();
});

test.each([
  [2_449_000_000n, '2449.00'],
  [127_850_000n, '127.85'],
  [1_370n, '0.00137'],
  [-12_500_000n, '-12.50'],
  [0n, '0.00'],
  [3_333_334n, '3.333334'],
  [-1n, '-0.000001'],
])('M3 %d micros are written as %s', (micros, text) => {
  expect(formatMoney(micros)).toBe(text);
});

test('M3 whatever is written is read back as the same micros, with 2 to 6 decimals and no zero too many', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (micros) => {
      const text = formatMoney(micros);
      expect(text).toMatch(/^\d+\.(\d{2}|\d{2,5}[1-9])$/);
      expect(parseMoney(text)).toBe(micros);
      if (micros > 0n) expect(formatMoney(-micros)).toBe(`-${text}`);
    }),
  );
});

test('M1 the larger of two amounts and the sum of amounts are exact', () => {
  expect([maxMoney(1n, 2n), maxMoney(2n, 1n), maxMoney(-1n, -2n), maxMoney(3n, 3n)]).toEqual([2n, 2n, -1n, 3n]);
  expect(sumMoney([])).toBe(0n);
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })), (amounts) => {
      let left = sumMoney(amounts);
      for (const amount of amounts) left -= amount;
      expect(left).toBe(0n);
    }),
  );
});

test('M4 a person reads an amount with its currency', () => {
  expect(formatMoneyWithCurrency(20_000_000n, 'USD')).toBe('20.00 USD');
});

test.each([
  ['USD', 10_000n],
  ['JPY', 1_000_000n],
  ['KWD', 1_000n],
  ['XXX', 10_000n],
])('M4 the smallest coin of %s is %d micros, however often it is asked for', (currency, coin) => {
  expect([smallestCoin(currency), smallestCoin(currency)]).toEqual([coin, coin]);
});
