import {
  AdInsightsDocument,
  CampaignAdInsightDocument,
  NotificationsDocument,
  RefreshAdInsightsDocument,
} from '../../schema/generated/graphql.js';
import { refreshAll } from '../../src/adinsights/refresh.service.js';
import { type EmulatedAdCampaign, MetaEmulator } from '../../src/demo/meta-emulator.js';
import { ADMIN, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const TOKEN = 'EAAB-secret-token';
const SECRET = 'app-secret';

/** Once a month, on its first day. */
const monthly = (id: string, funnel: [number, number, number, number], spend = '10.00'): EmulatedAdCampaign => ({
  id,
  name: `Campaign ${id}`,
  rowOn: (day) =>
    day.endsWith('-01')
      ? {
          spend,
          impressions: String(funnel[0] * 100),
          clicks: String(funnel[0] * 2),
          actions: {
            omni_search: String(funnel[0]),
            'offsite_conversion.fb_pixel_search': String(funnel[0]),
            omni_view_content: String(funnel[1]),
            omni_initiated_checkout: String(funnel[2]),
            omni_purchase: String(funnel[3]),
          },
          actionValues: { omni_purchase: (funnel[3] * 99.9).toFixed(2) },
        }
      : null,
});

const different = Array.from({ length: 25 }, (_, n) =>
  monthly(String(100 + n), [90 + n, 50 + n, 20 + n, 3 + n], `${10 + n}.37`),
);
const equal = Array.from({ length: 25 }, (_, n) => monthly(String(200 + n), [40, 30, 20, 10]));

const lines: string[] = [];
let meta: MetaEmulator;
let bed: Testbed;
beforeAll(async () => {
  meta = await MetaEmulator.start({
    token: TOKEN,
    appSecret: SECRET,
    pageSize: 10,
    accounts: [
      {
        id: '1',
        currency: 'EUR',
        timeZone: 'UTC',
        campaigns: [...different, { id: '199', name: 'Asleep', rowOn: () => null }],
      },
      { id: '2', currency: 'USD', timeZone: 'America/Los_Angeles', campaigns: equal },
    ],
  });
  bed = await newBed('2026-11-20T12:00:00Z');
});
const newBed = (startAt: string) =>
  createTestbed({
    settings: {
      META_BASE_URL: meta.url,
      META_ACCESS_TOKEN: TOKEN,
      META_APP_SECRET: SECRET,
      META_AD_ACCOUNT_IDS: '1,act_2',
    },
    onLog: (line) => lines.push(line),
    startAt,
  });
afterAll(async () => {
  await bed.stop();
  await meta.stop();
});
beforeEach(() => {
  meta.faults.length = 0;
});

const insights = async (variables: object = {}) => (await bed.ask(AdInsightsDocument, variables, ADMIN)).adInsights;
const refresh = (variables: object = {}) => bed.send(RefreshAdInsightsDocument, variables, ADMIN);
const verdicts = (report: { distribution: { metric: string; verdict: string }[] }) =>
  Object.fromEntries(report.distribution.map((each) => [each.metric, each.verdict]));

test('A1 A3 25 campaigns with different funnels come out different, page by page, the one without delivery with zeros', async () => {
  await insights();
  const calls = meta.calls.length;
  const report = (await bed.ask(RefreshAdInsightsDocument, {}, ADMIN)).refreshAdInsights;
  expect(report).toMatchObject({ accountId: '1', currency: 'EUR', stale: false, final: false, warnings: [] });
  expect(report.campaigns).toHaveLength(26);
  const asleep = report.campaigns.find((each) => each.adCampaignId === '199');
  expect(asleep).toMatchObject({ delivered: false, spend: '0.00', impressions: 0, name: 'Asleep' });
  const last = report.campaigns.find((each) => each.adCampaignId === '124');
  expect(last).toMatchObject({
    delivered: true,
    spend: '34.37',
    bookingStep1: 114,
    bookingStep2: 74,
    bookingStep3: 44,
    reservations: 27,
    reservationValue: '2697.30',
  });
  expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(['VARIED']));
  expect(report.distribution[0]).toMatchObject({
    metric: 'spend',
    campaigns: 26,
    nonZeroCampaigns: 25,
    distinctValues: 25,
    min: 0,
    max: 34.37,
  });
  expect(report.totals.spend).toBe('559.25');
  expect(report.totals.reservations).toBe(25 * 3 + 300);
  expect(meta.calls.slice(calls).filter((call) => call.includes('/insights'))).toHaveLength(3);
});

test('A3 25 equal campaigns are reported IDENTICAL, and logged at warn', async () => {
  const report = await insights({ accountId: 'act_2' });
  expect(report.currency).toBe('USD');
  expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(['IDENTICAL']));
  expect(lines.map((line) => JSON.parse(line)).find((line) => /identical/.test(line.msg))).toMatchObject({
    level: 40,
    accountId: '2',
  });
});

test('A1 an outage leaves the last good figures, marked stale, with the reason; they are fresh again after the next fetch', async () => {
  const before = await insights();
  meta.faults.push({ times: 99, on: 'insights', status: 503, body: '<html>' });
  const { errors } = await refresh();
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
  expect(errors?.[0]?.message).toContain('HTTP 503');
  const stale = await insights();
  expect(stale).toMatchObject({ stale: true, fetchedAt: before.fetchedAt, totals: before.totals });
  expect(stale.campaigns.every((each) => each.stale)).toBe(true);
  meta.faults.length = 0;
  expect((await refresh()).data?.refreshAdInsights).toMatchObject({ stale: false });
});

test.each([
  ['a transient error', { error: { code: 2, is_transient: true } }, true],
  ['a cut connection', { drop: true }, true],
  [
    'a short pause that the usage headers ask for',
    { error: { code: 17 }, headers: { 'x-app-usage': '{"call_count":100,"estimated_time_to_regain_access":0.0001}' } },
    true,
  ],
  ['a limit without an end', { error: { code: 80_000 } }, false],
  ['a row that is none', { body: JSON.stringify({ data: [{ campaign_id: '1', spend: 'much' }] }) }, false],
  ['one campaign twice', { body: JSON.stringify({ data: [{ campaign_id: '1' }, { campaign_id: '1' }] }) }, false],
  ['a foreign currency', { body: JSON.stringify({ data: [{ campaign_id: '1', account_currency: 'JPY' }] }) }, false],
  [
    'a fraction of a booking',
    {
      body: JSON.stringify({ data: [{ campaign_id: '1', actions: [{ action_type: 'omni_purchase', value: '1.5' }] }] }),
    },
    false,
  ],
])('A1 %s does not change a figure', async (_what, fault, recovers) => {
  const before = await insights();
  meta.faults.push({ times: 1, on: 'insights', ...fault });
  const { data, errors } = await refresh();
  expect(errors?.[0]?.extensions.code).toBe(recovers ? undefined : 'UPSTREAM_UNAVAILABLE');
  if (recovers) expect(data?.refreshAdInsights.totals).toEqual(before.totals);
  expect((await insights()).totals).toEqual(before.totals);
});

test('too much data is asked for in shorter parts, and adds up to the same', async () => {
  const before = await insights();
  meta.faults.push({ times: 99, on: 'insights', overDays: 4, error: { code: 100, error_subcode: 1_487_534 } });
  const calls = meta.calls.length;
  const { data } = await refresh();
  expect(data?.refreshAdInsights.totals).toEqual(before.totals);
  expect(meta.calls.length - calls).toBeGreaterThan(4);
});

test('an expired token stops at once, tells admins once, and keeps the figures', async () => {
  const message = `Error validating access token ${TOKEN}: Session has expired`;
  meta.faults.push({ times: 2, error: { code: 190, error_subcode: 463, message } });
  const calls = meta.calls.length;
  for (let tried = 0; tried < 2; tried += 1)
    expect((await refresh()).errors?.[0]?.message).toContain('refuses our token');
  expect(meta.calls.length - calls).toBe(2);
  const { me } = await bed.ask(NotificationsDocument, { first: 100 }, ADMIN);
  expect(me.notifications.nodes.filter((each) => /refuses our token/.test(each.title))).toHaveLength(1);
  expect((await insights()).stale).toBe(true);
});

test('A4 two refreshes at once do the work once', async () => {
  const asked = () => meta.calls.filter((call) => call.includes('/insights')).length;
  const before = asked();
  meta.faults.push({ times: 1, delayMs: 200 });
  const answers = await Promise.all([refresh(), refresh(), refresh()]);
  expect(new Set(answers.map((answer) => answer.data?.refreshAdInsights.fetchedAt)).size).toBe(1);
  expect(asked() - before).toBe(3);
});

/** The months stored of an account, oldest first; one that is final is marked. */
const monthsOf = async ({ database }: Testbed, accountId: string) =>
  (
    await database.query<{ period: string; final: boolean }>(
      'select period, final from ad_period where account_id = $1 order by period',
      [accountId],
    )
  ).map(({ period, final }) => (final ? `${period} final` : period));

test('A4 the schedule fetches every account; after a time in which nothing ran, every month that is not final, and a final one never again', async () => {
  await using own = await newBed('2026-09-15T12:00:00Z');
  const { em } = own.database.orm;
  await refreshAll(em, own.deps);
  expect([await monthsOf(own, '1'), await monthsOf(own, '2')]).toEqual([['2026-09'], ['2026-09']]);
  own.clock.set('2027-02-10T12:00:00Z');
  await refreshAll(em, own.deps);
  const finals = ['2026-09 final', '2026-10 final', '2026-11 final', '2026-12 final'];
  for (const account of ['1', '2']) expect(await monthsOf(own, account)).toEqual([...finals, '2027-01', '2027-02']);
  const calls = meta.calls.length;
  await refreshAll(em, own.deps);
  const again = meta.calls.slice(calls).flatMap((call) => /since%22%3A%22(\d{4}-\d\d)/.exec(call)?.[1] ?? []);
  expect(new Set(again)).toEqual(new Set(['2027-01', '2027-02']));
  own.clock.set('2027-03-05T12:00:00Z');
  await refreshAll(em, own.deps);
  expect(await monthsOf(own, '1')).toEqual([...finals, '2027-01 final', '2027-02', '2027-03']);
  const fetched = meta.calls.length;
  const past = await own.ask(RefreshAdInsightsDocument, { period: '2026-09' }, ADMIN);
  expect(past.refreshAdInsights).toMatchObject({ final: true, period: '2026-09' });
  expect(meta.calls.length).toBe(fetched);
});

test('A4 when the source fails the schedule gives up an account after three months, and makes up for them later', async () => {
  await using own = await newBed('2026-03-15T12:00:00Z');
  const { em } = own.database.orm;
  await refreshAll(em, own.deps);
  own.clock.set('2026-11-15T12:00:00Z');
  meta.faults.push({ times: 9_999, on: 'insights', status: 503, body: '<html>' });
  await refreshAll(em, own.deps);
  const tried = ['2026-03', '2026-09', '2026-10', '2026-11'];
  for (const account of ['1', '2']) expect(await monthsOf(own, account)).toEqual(tried);
  meta.faults.length = 0;
  await refreshAll(em, own.deps);
  const all = [3, 4, 5, 6, 7, 8, 9].map((month) => `2026-0${month} final`);
  expect(await monthsOf(own, '1')).toEqual([...all, '2026-10', '2026-11']);
});

test('Campaign.adInsight is the row of its ad campaign, for admins alone', async () => {
  const id = await newCampaign(bed, { adCampaignId: '124' });
  const other = await newCampaign(bed, { adCampaignId: '999' });
  const seen = async (campaign: string, variables: object = {}) =>
    (await bed.ask(CampaignAdInsightDocument, { id: campaign, ...variables }, ADMIN)).campaign?.adInsight;
  expect(await seen(id)).toMatchObject({ adCampaignId: '124', reservations: 27 });
  expect(await seen(id, { period: '2020-01' })).toBeNull();
  expect(await seen(other)).toBeNull();
  const { data, errors } = await bed.send(CampaignAdInsightDocument, { id }, 'ann');
  expect([data?.campaign?.adInsight, errors?.map((error) => error.extensions.code)]).toEqual([
    null,
    ['FORBIDDEN', 'FORBIDDEN'],
  ]);
  expect(await bed.refusal(CampaignAdInsightDocument, { id, period: 'x' }, ADMIN)).toBe('BAD_USER_INPUT');
});

test('what is asked for wrongly is refused with what there is', async () => {
  const { errors } = await bed.send(AdInsightsDocument, { accountId: '3' }, ADMIN);
  expect(errors?.[0]).toMatchObject({
    message: 'accountId must be one of 1, 2.',
    extensions: { code: 'BAD_USER_INPUT', field: 'accountId' },
  });
  expect(await bed.refusal(AdInsightsDocument, { period: '2999-01' }, ADMIN)).toBe('BAD_USER_INPUT');
  expect(await bed.refusal(AdInsightsDocument, {}, 'ann')).toBe('FORBIDDEN');
});

test('without a source insights are off and say so', async () => {
  await using off = await createTestbed();
  expect(await off.refusal(AdInsightsDocument, {}, ADMIN)).toBe('UPSTREAM_UNAVAILABLE');
});

test('the token and the app secret are nowhere: not in the log, not in an answer, not in the database', async () => {
  const stored = await bed.database.query(
    'select p.*, i.raw, n.body from ad_period p left join ad_insight i using (account_id, period) left join notification n on true',
  );
  const answers = [await refresh({ period: '2020-01' }), await bed.send(AdInsightsDocument, {}, ADMIN)];
  for (const text of [lines.join('\n'), JSON.stringify(stored), JSON.stringify(answers)]) {
    expect(text.length).toBeGreaterThan(100);
    expect(text.includes(TOKEN) || text.includes(SECRET)).toBe(false);
  }
});
