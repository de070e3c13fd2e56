/**
 * An amount of money in micros: 1/1,000,000 of the currency unit. Never a float.
 * @see docs/domain.md M1
 */
export type Micros = bigint;

export const MICROS_PER_UNIT = 1_000_000n;

const MONEY_INPUT = /^(0|[1-9]\d{0,12})(?:\.(\d{1,6}))?$/;

/** What a money input must look like, in words a client can show. */
export const MONEY_FORM = 'a decimal string of digits with at most 6 decimals, such as "20.00"';

/**
 * Reads money as clients write it: digits, optionally a point and 1 to 6 digits.
 * @returns micros, or null when the text is anything else (a sign, an exponent, a separator, leading zeros, too long)
 * @see docs/domain.md M3
 */
export function parseMoney(text: string): Micros | null {
  const match = MONEY_INPUT.exec(text);
  if (!match) return null;
  const [, units = '0', decimals = ''] = match;
  return BigInt(units) * MICROS_PER_UNIT + BigInt(decimals.padEnd(6, '0'));
}

/**
 * Writes micros as a decimal string: at least 2 decimals, at most 6, no trailing zeros beyond the second, never
 * "-0.00".
 * @see docs/domain.md M3
 */
export function formatMoney(micros: Micros): string {
  const size = micros < 0n ? -micros : micros;
  const decimals = (size % MICROS_PER_UNIT).toString().padStart(6, '0');
  const kept = decimals.slice(0, 2) + decimals.slice(2).replace(/0+$/, '');
  return `${micros < 0n ? '-' : ''}${size / MICROS_PER_UNIT}.${kept}`;
}

/** The larger of two amounts. */
export function maxMoney(left: Micros, right: Micros): Micros {
  return left > right ? left : right;
}

/** The exact sum of amounts; 0 for none. */
export function sumMoney(amounts: Iterable<Micros>): Micros {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}

/** An amount for a person to read: "20.00 USD". */
export const formatMoneyWithCurrency = (micros: Micros, currency: string) => `${formatMoney(micros)} ${currency}`;

const MICROS_DIGITS = 6n;

/**
 * The currency's smallest coin in micros: 10,000 for USD, 1,000,000 for JPY, 1,000 for KWD.
 * @param currency ISO 4217 code; one that is not known has cents
 * @see docs/domain.md P1, M4
 */
export function smallestCoin(currency: string): Micros {
  const known = coins.get(currency);
  if (known !== undefined) return known;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  const coin = 10n ** (MICROS_DIGITS - BigInt(digits ?? 2));
  coins.set(currency, coin);
  return coin;
}

/** An installation has one currency; asking Intl for it is dear. */
const coins = new Map<string, Micros>();
