/** Intl takes a decimal string exactly as it is; the types of TypeScript do not say so yet. */
type Decimal = Intl.StringNumericLiteral;

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string): Intl.NumberFormat {
  const known = formats.get(currency);
  if (known) return known;
  const made = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  });
  formats.set(currency, made);
  return made;
}

/** An amount as people read it. @param amount a decimal string of the API, such as "2449.00" */
export const formatMoney = (amount: string, currency: string): string => formatOf(currency).format(amount as Decimal);

/** Whether an amount is nothing. */
export const isZero = (amount: string): boolean => /^-?0(\.0+)?$/.test(amount);

/**
 * A coordinate of a plot. Never shown, never sent, never added up: axes and tooltips format the string.
 * @param amount a decimal string of the API
 */
export const plotted = (amount: string): number => Number(amount);
