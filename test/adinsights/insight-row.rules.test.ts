import fc from 'fast-check';
import { addDecimals, addRows, microsOf, type RawRow, rawRow } from '../../src/adinsights/insight-row.rules.js';

const row = (over: object = {}): RawRow =>
  rawRow.parse({
    campaign_id: '1',
    campaign_name: 'A',
    spend: '5339.5',
    impressions: '361324',
    clicks: '4210',
    ...over,
  });
const actions = (values: Record<string, string>) =>
  Object.entries(values).map(([action_type, value]) => ({ action_type, value }));

test.each([
  ['5339.5', 5_339_500_000n],
  ['0', 0n],
  ['0.000001', 1n],
  ['12.3000000', 12_300_000n],
  ['0.0000001', null],
])('a decimal of the source is kept exactly: %s', (text, micros) => {
  expect(microsOf(text)).toBe(micros);
});

test.each([
  { spend: '1e3' },
  { spend: '-1' },
  { impressions: '1.5' },
  { impressions: 7 },
  { clicks: null },
  { campaign_id: 'x' },
  { actions: [{ action_type: 'a' }] },
  { actions: 'x' },
])('a row with %j is refused, not read as zero', (over) => {
  expect(rawRow.safeParse({ campaign_id: '1', ...over }).success).toBe(false);
});

test('sums of decimals are exact', () => {
  expect(addDecimals('0.1', '0.2')).toBe('0.3');
  const cents = fc.bigInt({ min: 0n, max: 10n ** 14n });
  const text = (value: bigint) => `${value / 100n}.${String(value % 100n).padStart(2, '0')}`;
  fc.assert(
    fc.property(cents, cents, (one, other) => {
      expect(microsOf(addDecimals(text(one), text(other)))).toBe((one + other) * 10_000n);
    }),
  );
});

test('A1 a campaign whose days were fetched in two parts has the sum of both, type by type', () => {
  const sum = addRows(
    row({ spend: '1.25', impressions: '10', actions: actions({ omni_search: '3' }) }),
    row({ spend: '2.5', impressions: '5', actions: actions({ omni_search: '4', other: '1' }) }),
  );
  expect(sum).toMatchObject({ spend: '3.75', impressions: '15', actions: actions({ omni_search: '7', other: '1' }) });
});

const nines = (count: number) => '9'.repeat(count);
test.each<[string, unknown, boolean]>([
  ['campaign_id', nines(30), true],
  ['campaign_id', nines(31), false],
  ['campaign_id', '', false],
  ['campaign_id', '1x', false],
  ['campaign_name', 'x'.repeat(500), true],
  ['campaign_name', 'x'.repeat(501), false],
  ['account_currency', 'USD', true],
  ['account_currency', 'USDT', false],
  ['account_currency', 'usd', false],
  ['account_currency', 'xUSD', false],
  ['spend', `${nines(13)}.${nines(12)}`, true],
  ['spend', nines(14), false],
  ['spend', `1.${nines(13)}`, false],
  ['spend', '1.', false],
  ['spend', 'x1', false],
  ['spend', '1x', false],
  ['impressions', nines(15), true],
  ['impressions', nines(16), false],
  ['impressions', '', false],
  ['clicks', '1x', false],
  ['clicks', 'x1', false],
  ['actions', Array.from({ length: 1_000 }, () => ({ action_type: 'a', value: '1' })), true],
  ['actions', Array.from({ length: 1_001 }, () => ({ action_type: 'a', value: '1' })), false],
  ['actions', [{ action_type: '', value: '1' }], false],
  ['actions', [{ action_type: 'x'.repeat(200), value: '1.5' }], true],
  ['actions', [{ action_type: 'x'.repeat(201), value: '1' }], false],
  ['actions', [{ action_type: 'a', value: '-1' }], false],
  ['action_values', Array.from({ length: 1_000 }, () => ({ action_type: 'a', value: '1' })), true],
  ['action_values', Array.from({ length: 1_001 }, () => ({ action_type: 'a', value: '1' })), false],
])('a row with %s = %j is accepted: %s', (column, value, accepted) => {
  expect(rawRow.safeParse({ campaign_id: '1', [column]: value }).success).toBe(accepted);
});

test('what a row leaves out is zero or nothing', () => {
  expect(rawRow.parse({ campaign_id: '1' })).toEqual({
    campaign_id: '1',
    campaign_name: '',
    spend: '0',
    impressions: '0',
    clicks: '0',
    actions: [],
    action_values: [],
  });
});

test('A1 of two rows the clicks and the values add up too, and the campaign stays', () => {
  const one = row({ clicks: '3', account_currency: 'USD', action_values: actions({ a: '1.5', b: '2' }) });
  const sum = addRows(one, row({ campaign_name: 'B', clicks: '4', action_values: actions({ a: '0.25' }) }));
  expect(sum).toEqual({
    ...one,
    spend: '10679',
    impressions: '722648',
    clicks: '7',
    action_values: actions({ a: '1.75', b: '2' }),
  });
});

test.each([
  ['0', '0', '0'],
  ['0.000000000001', '0', '0.000000000001'],
  ['0.999999999999', '0.000000000001', '1'],
  ['1.50', '1.50', '3'],
  ['9', '1', '10'],
  ['10', '0.10', '10.1'],
])('the sum of %s and %s is %s', (one, other, sum) => {
  expect([addDecimals(one, other), addDecimals(other, one)]).toEqual([sum, sum]);
});

test('leading zeros of the source change no amount', () => {
  expect([microsOf('007.50'), microsOf('100'), microsOf('0.0')]).toEqual([7_500_000n, 100_000_000n, 0n]);
});
