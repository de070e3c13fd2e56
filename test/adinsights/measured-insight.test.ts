import { replaceInsights } from '../../src/adinsights/ad-insight.sql.js';
import { chooseFunnel } from '../../src/adinsights/funnel.rules.js';
import { type RawRow, rawRow } from '../../src/adinsights/insight-row.rules.js';
import { MeasuredInsight, totalOf } from '../../src/adinsights/measured-insight.js';
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
