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
