import fc from 'fast-check';
import { replaceInsights } from '../../src/adinsights/ad-insight.sql.js';
import { distributions } from '../../src/adinsights/distribution.rules.js';
import { chooseFunnel, funnelChanges, funnelInversions } from '../../src/adinsights/funnel.rules.js';
import { addDecimals, addRows, microsOf, type RawRow, rawRow } from '../../src/adinsights/insight-row.rules.js';
import { type Figures, METRICS, MeasuredInsight, totalOf } from '../../src/adinsights/measured-insight.js';
import { classify, pauseAfter } from '../../src/adinsights/meta-error.rules.js';
import {
  checkPeriod,
  dayIn,
  daysOf,
  halves,
  isFinal,
  oldestRefreshed,
  periodBefore,
  periodIn,
  periodsToRefresh,
} from '../../src/adinsights/period.rules.js';
import { readSettings } from '../../src/infra/config.js';

const FUNNEL = readSettings({}).META_FUNNEL;
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
const figures = (over: Partial<Figures>): { figures: Figures } => ({
  figures: { ...(Object.fromEntries(METRICS.map((metric) => [metric, 0n])) as unknown as Figures), ...over },
});

test('A2 one event reported under several types counts once, by the preferred type, never summed', () => {
  const rows = [
    row({
      actions: actions({ omni_purchase: '12', 'offsite_conversion.fb_pixel_purchase': '12', purchase: '12' }),
      action_values: actions({ omni_purchase: '18450.75', 'offsite_conversion.fb_pixel_purchase': '18450.75' }),
    }),
  ];
  const measured = MeasuredInsight.fromRow(rows[0] ?? row(), chooseFunnel(FUNNEL, rows));
  expect(measured.figures).toMatchObject({
    reservations: 12n,
    reservationValue: 18_450_750_000n,
    spend: 5_339_500_000n,
  });
});

test('A2 the type is chosen once for the account: a row that has only a lesser type counts nothing rather than something else', () => {
  const rows = [
    row({ actions: actions({ omni_purchase: '3' }) }),
    row({ campaign_id: '2', actions: actions({ 'offsite_conversion.fb_pixel_purchase': '9' }) }),
  ];
  const funnel = chooseFunnel(FUNNEL, rows);
  expect(rows.map((each) => MeasuredInsight.fromRow(each, funnel).figures.reservations)).toEqual([3n, 0n]);
});

test('A2 a step that is read from another type than before is told', () => {
  const before = chooseFunnel(FUNNEL, [row({ actions: actions({ search: '1' }) })]);
  const now = chooseFunnel(FUNNEL, [row({ actions: actions({ omni_search: '1' }) })]);
  expect(funnelChanges(before, now)).toEqual(['booking_step_1 is read from omni_search, before it was search.']);
  expect(funnelChanges(null, now)).toEqual([]);
});

test('a later step that outnumbers the one before is told', () => {
  const campaign = { adCampaignId: '7', name: 'Upside down' };
  const inverted = {
    campaign,
    ...figures({ bookingStep1: 10n, bookingStep2: 11n, bookingStep3: 1n, reservations: 2n }),
  };
  expect(funnelInversions([inverted])).toEqual([
    '7 "Upside down": booking_step_2 (11) over booking_step_1 (10), reservations (2) over booking_step_3 (1).',
  ]);
});

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

test('A1 a total is the sum of its rows, and a divided total is no measurement: neither for the compiler nor at run time', async () => {
  const funnel = chooseFunnel(FUNNEL, [row()]);
  const measured = [MeasuredInsight.fromRow(row(), funnel), MeasuredInsight.fromRow(row({ campaign_id: '2' }), funnel)];
  const total = totalOf(measured);
  expect(total.spend).toBe(2n * 5_339_500_000n);
  const allocated = {
    campaign: { adCampaignId: '1', name: 'A' },
    delivered: true,
    figures: { ...total, spend: total.spend / 2n },
    raw: { actions: [], action_values: [] },
  };
  // @ts-expect-error an object that has all the fields of a measurement is not one
  await expect(replaceInsights(null as never, '1', '2026-11', [allocated])).rejects.toThrow('only measured figures');
  expect([MeasuredInsight.is(allocated), MeasuredInsight.is(measured[0] ?? allocated)]).toEqual([false, true]);
});

test.each([
  ['ALL_ZERO', [0n, 0n], 0, 0],
  ['VARIED', [5n, 0n], 1, 1],
  ['IDENTICAL', [5n, 5n, 0n], 2, 1],
  ['VARIED', [5n, 5n, 6n], 3, 2],
  ['ALL_ZERO', [], 0, 0],
])('A3 the verdict is %s for %j', (verdict, values, nonZero, distinct) => {
  const [, , clicks] = distributions(values.map((value) => figures({ clicks: value })));
  expect(clicks).toMatchObject({
    metric: 'clicks',
    verdict,
    nonZeroCampaigns: nonZero,
    distinctValues: distinct,
    campaigns: values.length,
  });
});

test('A3 the statistics are those of the population, money in units', () => {
  const [spend, impressions] = distributions(
    [2n, 4n, 4n, 4n, 5n, 5n, 7n, 9n].map((value) => figures({ impressions: value, spend: value * 1_000_000n })),
  );
  const want = { min: 2, max: 9, mean: 5, standardDeviation: 2 };
  expect(impressions).toMatchObject(want);
  expect(spend).toMatchObject(want);
  expect(distributions([figures({ clicks: 3n })])[2]).toMatchObject({ mean: 3, standardDeviation: 0 });
});

test.each([
  ['America/Los_Angeles', '2026-11-01T05:00:00Z', '2026-10', '2026-10-31'],
  ['Europe/Berlin', '2026-10-31T23:30:00Z', '2026-11', '2026-11-01'],
  ['UTC', '2026-12-31T23:59:59Z', '2026-12', '2026-12-31'],
])('A4 in %s at %s it is %s', (zone, instant, period, day) => {
  expect([periodIn(zone, new Date(instant)), dayIn(zone, new Date(instant))]).toEqual([period, day]);
});

test('A4 a month has its days, the current one up to today; it is final 28 days after its end', () => {
  expect(daysOf('2028-02', '2028-03-15')).toEqual({ since: '2028-02-01', until: '2028-02-29' });
  expect(daysOf('2026-11', '2026-11-21')).toEqual({ since: '2026-11-01', until: '2026-11-21' });
  expect([isFinal('2026-10', '2026-11-28'), isFinal('2026-10', '2026-11-29')]).toEqual([false, true]);
  expect([periodBefore('2026-01'), periodBefore('2026-11')]).toEqual(['2025-12', '2026-10']);
});

test.each<[string, string, string[], string[]]>([
  ['nothing is stored', '2026-11', [], ['2026-11']],
  ['the current month is stored', '2026-11', ['2026-11'], ['2026-11']],
  ['months passed while nothing ran', '2027-02', ['2026-11'], ['2027-02', '2027-01', '2026-12', '2026-11']],
  ['a final month is left out', '2026-11', ['2026-09 final', '2026-08', '2026-10'], ['2026-11', '2026-10', '2026-08']],
  ['final months alone', '2026-11', ['2026-01 final', '2020-01 final'], ['2026-11']],
  ['one that is not final is older than the limit', '2026-11', ['2024-10'], ['2026-11']],
])('A4 the schedule fetches the right months: %s', (_when, current, stored, fetched) => {
  const rows = stored.map((each) => ({ period: each.slice(0, 7), final: each.endsWith('final') }));
  expect(periodsToRefresh(current, rows)).toEqual(fetched);
});

test('A4 a gap of two years is made up for, in at most 25 months; each is fetched once, newest first', () => {
  const months = periodsToRefresh('2026-11', [{ period: '2024-11', final: false }]);
  expect([months.length, months[0], months.at(-1)]).toEqual([25, '2026-11', '2024-11']);
  expect(oldestRefreshed('2026-11')).toBe('2024-11');
  const month = fc.tuple(fc.integer({ min: 2023, max: 2026 }), fc.integer({ min: 1, max: 12 }));
  const period = month.map(([year, number]) => `${year}-${String(number).padStart(2, '0')}`);
  fc.assert(
    fc.property(
      period,
      fc.uniqueArray(fc.record({ period, final: fc.boolean() }), { selector: (each) => each.period }),
      (current, stored) => {
        const fetched = periodsToRefresh(current, stored);
        expect(fetched[0]).toBe(current);
        expect(fetched).toEqual([...new Set(fetched)].toSorted().toReversed());
        expect(fetched.length).toBeLessThanOrEqual(25);
        const due = stored.filter(
          (each) => !each.final && each.period <= current && each.period >= oldestRefreshed(current),
        );
        expect(due.every((each) => fetched.includes(each.period))).toBe(true);
        expect(stored.some((each) => each.final && each.period !== current && fetched.includes(each.period))).toBe(
          false,
        );
      },
    ),
  );
});

test.each(['2026-12', '2026-13', '2026-1', 'November', '1999-01'])(
  'a period of %s is refused in November 2026',
  (period) => {
    expect(() => checkPeriod(period, '2026-11')).toThrow(/^period must be a month/);
  },
);

test('days are cut in two halves that are all of them', () => {
  expect(halves({ since: '2026-11-01', until: '2026-11-01' })).toBeNull();
  expect(halves({ since: '2026-11-01', until: '2026-11-02' })).toEqual([
    { since: '2026-11-01', until: '2026-11-01' },
    { since: '2026-11-02', until: '2026-11-02' },
  ]);
  expect(halves({ since: '2026-10-01', until: '2026-10-31' })).toEqual([
    { since: '2026-10-01', until: '2026-10-15' },
    { since: '2026-10-16', until: '2026-10-31' },
  ]);
});

test.each([
  [{ code: 1 }, 'RETRY'],
  [{ code: 2, error_subcode: 1_504_043 }, 'RETRY'],
  [{ code: 99, is_transient: true }, 'RETRY'],
  [{ code: 4, error_subcode: 1_504_022 }, 'LIMIT'],
  [{ code: 80_000 }, 'LIMIT'],
  [{ code: 613 }, 'LIMIT'],
  [{ code: 190, error_subcode: 463 }, 'TOKEN'],
  [{ code: 102 }, 'TOKEN'],
  [{ code: 200 }, 'TOKEN'],
  [{ code: 10 }, 'TOKEN'],
  [{ code: 100, error_subcode: 1_487_534 }, 'ASK_FOR_LESS'],
  [{ code: 2, error_subcode: 1_504_018 }, 'ASK_FOR_LESS'],
  [{ code: 100, error_subcode: 33 }, 'TOKEN'],
  [{ code: 100 }, 'REFUSED'],
  [{ code: 368 }, 'LIMIT'],
])('an error %j of the Graph API is told apart by its code: %s', (error, kind) => {
  expect(classify({ message: '', ...error })).toBe(kind);
});

test.each([
  [{}, 0],
  [{ 'x-app-usage': '{"call_count":28,"total_time":25,"total_cputime":25}' }, 0],
  [{ 'x-app-usage': '{"call_count":95}' }, 60_000],
  [
    {
      'x-business-use-case-usage':
        '{"1":[{"type":"ads_insights","call_count":95,"estimated_time_to_regain_access":19}]}',
    },
    19 * 60_000,
  ],
  [{ 'x-ad-account-usage': '{"acc_id_util_pct":9.67,"reset_time_duration":100}' }, 0],
  [{ 'x-app-usage': 'garbage', 'x-ad-account-usage': '[]' }, 0],
])('the usage headers %j ask for a pause of %d ms', (headers, ms) => {
  expect(pauseAfter(new Headers(headers as Record<string, string>))).toBe(ms);
});
