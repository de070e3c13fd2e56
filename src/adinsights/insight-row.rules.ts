import { z } from 'zod';
import { parseMoney } from '../shared/money.js';

const NAME_LENGTH_LIMIT = 500;
const ACTIONS_LIMIT = 1_000;

const digits = z.string().regex(/^\d{1,15}$/);
const decimal = z.string().regex(/^\d{1,13}(\.\d{1,12})?$/);
const action = z.object({ action_type: z.string().min(1).max(200), value: decimal });

/** A campaign's own row as the source gives it: numbers are texts. */
export const rawRow = z.object({
  campaign_id: z.string().regex(/^\d{1,30}$/),
  campaign_name: z.string().max(NAME_LENGTH_LIMIT).default(''),
  account_currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  spend: decimal.default('0'),
  impressions: digits.default('0'),
  clicks: digits.default('0'),
  actions: z.array(action).max(ACTIONS_LIMIT).default([]),
  action_values: z.array(action).max(ACTIONS_LIMIT).default([]),
});

export type RawRow = z.infer<typeof rawRow>;

/** Exact micros of a decimal text; null when it has more than 6 decimals that are not zero. */
export function microsOf(text: string): bigint | null {
  const [units = '', decimals = ''] = text.split('.');
  const kept = decimals.replace(/0+$/, '');
  return parseMoney(`${BigInt(units)}${kept === '' ? '' : `.${kept}`}`);
}

/** Two rows of one campaign over different days: every figure adds up. */
export function addRows(one: RawRow, other: RawRow): RawRow {
  const sum = (left: string, right: string) => (BigInt(left) + BigInt(right)).toString();
  return {
    ...one,
    spend: addDecimals(one.spend, other.spend),
    impressions: sum(one.impressions, other.impressions),
    clicks: sum(one.clicks, other.clicks),
    actions: addActions(one.actions, other.actions),
    action_values: addActions(one.action_values, other.action_values),
  };
}

function addActions(one: RawRow['actions'], other: RawRow['actions']): RawRow['actions'] {
  const values = new Map(one.map((each) => [each.action_type, each.value]));
  for (const { action_type, value } of other)
    values.set(action_type, addDecimals(values.get(action_type) ?? '0', value));
  return [...values].map(([action_type, value]) => ({ action_type, value }));
}

const PLACES = 12;

/** The exact sum of two decimals of up to 12 places. */
export function addDecimals(one: string, other: string): string {
  const scaled = (text: string) => {
    const [units = '0', decimals = ''] = text.split('.');
    return BigInt(units + decimals.padEnd(PLACES, '0'));
  };
  const sum = (scaled(one) + scaled(other)).toString().padStart(PLACES + 1, '0');
  const decimals = sum.slice(-PLACES).replace(/0+$/, '');
  return `${sum.slice(0, -PLACES)}${decimals === '' ? '' : `.${decimals}`}`;
}
