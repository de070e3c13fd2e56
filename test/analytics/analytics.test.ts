import {
  AdminOverviewDocument,
  CampaignPageDocument,
  CancelCampaignDocument,
  ClipsDocument,
  MyTimelineDocument,
  PayoutsDocument,
  RevokeSubmissionDocument,
  SubmitClipDocument,
} from '../../schema/generated/graphql.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const HOUR = 3_600_000;
let bed: Testbed;
let big: string;
let small: string;
/** Two campaigns, the first a day older than its second round, with approved, revoked and pending submissions. */
async function play(on: Testbed): Promise<[string, string]> {
  const bigId = await newCampaign(on, { title: 'Big', budget: '100.00' });
  const smallId = await newCampaign(on, { title: 'Small' });
  await newApprovedClip(on, bigId, 'ann', [1_000, 4_000, 6_000, 5_000]);
  await newApprovedClip(on, bigId, 'ben', [0, 3_000, 3_000, 3_000]);
  await newApprovedClip(on, bigId, 'cat', [500, 3_500, 3_500, 3_500]);
  await newApprovedClip(on, smallId, 'ann', [0, 900_000]);
  const cheat = await newApprovedClip(on, smallId, 'ben', [0, 2_000]);
  await track(on, bigId);
  await track(on, smallId);
  on.clock.advance(24 * HOUR);
  await track(on, bigId);
  await on.ask(RevokeSubmissionDocument, { id: cheat.submissionId, input: { reason: 'OTHER' } }, ADMIN);
  await on.ask(SubmitClipDocument, { campaignId: bigId, url: newClip(on, [1]).url }, 'ben');
  return [bigId, smallId];
}
const newBed = () => createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '100' }, startAt: '2026-11-20T08:00:00Z' });
const day = (offset: number) => new Date(bed.clock.now().getTime() + offset * 24 * HOUR).toISOString().slice(0, 10);
const today = () => ({ from: day(-1), to: day(0) });

beforeAll(async () => {
  bed = await newBed();
  [big, small] = await play(bed);
});
afterAll(() => bed.stop());

const page = async (id: string, caller: string | null = null) =>
  (await bed.ask(CampaignPageDocument, { id, ...today() }, caller)).campaign;
const overview = async () => (await bed.ask(AdminOverviewDocument, today(), ADMIN)).platformAnalytics;

test('B5 a board goes by earnings, then views, then id, and shows anyone the public name alone', async () => {
  const campaign = await page(big);
  expect(
    campaign?.leaderboard.map(({ rank, clipper, earnings, views }) => [rank, clipper.name, earnings, views]),
  ).toEqual([
    [1, 'ann', '5.00', 6_000],
    [2, 'cat', '3.00', 3_500],
    [3, 'ben', '3.00', 3_000],
  ]);
  expect((await page(small))?.leaderboard.map((entry) => entry.clipper.name)).toEqual(['ann']);
  const two = await bed.ask(CampaignPageDocument, { id: big, ...today(), first: 2 }, null);
  expect(two.campaign?.leaderboard).toHaveLength(2);
  expect(await bed.refusal(CampaignPageDocument, { id: big, ...today(), first: 101 }, null)).toBe('BAD_USER_INPUT');
});

test('B5 a timeline has entries by their UTC day, a reversal negative on its own, and rises of the marks of approved clips', async () => {
  expect((await page(big))?.timeline).toEqual([
    { date: day(-1), earnings: '9.00', viewsGained: 9_000, submissions: 3 },
    { date: day(0), earnings: '2.00', viewsGained: 2_000, submissions: 1 },
  ]);
  expect((await page(small))?.timeline).toEqual([
    { date: day(-1), earnings: '2.00', viewsGained: 0, submissions: 2 },
    { date: day(0), earnings: '-2.00', viewsGained: 0, submissions: 0 },
  ]);
  const { me } = await bed.ask(MyTimelineDocument, today(), 'ben');
  expect(me.timeline).toEqual([
    { date: day(-1), earnings: '5.00', viewsGained: 3_000, submissions: 2 },
    { date: day(0), earnings: '-2.00', viewsGained: 0, submissions: 1 },
  ]);
  const { timeline, totalEarnings } = await overview();
  expect(timeline.map((point) => point.earnings)).toEqual(['11.00', '0.00']);
  expect(totalEarnings).toBe('11.00');
});

test('the days of all users, of all campaigns and of the platform sum to the same', async () => {
  const sum = (points: { earnings: string; viewsGained: number; submissions: number }[]) =>
    points.reduce(
      (total, point) =>
        [
          total[0] + BigInt(point.earnings.replace('.', '')),
          total[1] + point.viewsGained,
          total[2] + point.submissions,
        ] as const,
      [0n, 0, 0] as readonly [bigint, number, number],
    );
  const campaigns = [...((await page(big))?.timeline ?? []), ...((await page(small))?.timeline ?? [])];
  const users = await Promise.all(['ann', 'ben', 'cat'].map((caller) => bed.ask(MyTimelineDocument, today(), caller)));
  const platform = sum((await overview()).timeline);
  expect(sum(campaigns)).toEqual(platform);
  expect(sum(users.flatMap(({ me }) => me.timeline))).toEqual(platform);
});

test('a timeline the wrong way round or of more than 366 days is refused', async () => {
  expect(await bed.refusal(CampaignPageDocument, { id: big, from: day(0), to: day(-1) }, null)).toBe('BAD_USER_INPUT');
  expect(await bed.refusal(AdminOverviewDocument, { from: day(-366), to: day(0) }, ADMIN)).toBe('BAD_USER_INPUT');
  expect(await bed.refusal(MyTimelineDocument, { from: '2026-02-30', to: day(0) }, 'ann')).toBe('BAD_USER_INPUT');
});

test('B5 the forecast tells the pace and when it fills the budget; none before two settled rounds and after the end', async () => {
  const forecast = (await page(big))?.forecast;
  expect(forecast?.basedOnDays).toBeCloseTo(1, 1);
  const perDay = BigInt((forecast?.earningsPerDay ?? '0').replace('.', '').padEnd(8, '0'));
  expect(perDay > 0n).toBe(true);
  expect(Date.parse(forecast?.exhaustsAt ?? '')).toBeGreaterThan(bed.clock.now().getTime() + 7 * 24 * HOUR);
  expect((await page(small))?.forecast).toBeNull();
});

test('B4 P5 the platform is the sum of its users and of its campaigns; payouts come from their own rows', async () => {
  await using own = await newBed();
  await play(own);
  await newEarnings(own, 'cat', '50.00');
  const { platformAnalytics: figures } = await own.ask(AdminOverviewDocument, today(), ADMIN);
  const users = await Promise.all(['ann', 'ben', 'cat'].map((caller) => own.ask(PayoutsDocument, {}, caller)));
  expect(users).toHaveLength(3);
  expect(figures).toMatchObject({
    totalUsers: 4,
    totalClippers: 3,
    totalEarnings: '61.00',
    totalViews: 6_000 + 3_000 + 3_500 + 50_000,
    submissionCounts: { pending: 1, approved: 5, rejected: 1, withdrawn: 0, total: 7 },
    completedPayouts: { count: 0, amount: '0.00' },
    pendingPayoutRequests: { count: 0, amount: '0.00' },
  });
  expect(figures.campaignsByStatus.map(({ status, count }) => `${status} ${count}`)).toEqual([
    'DRAFT 0',
    'SCHEDULED 0',
    'ACTIVE 2',
    'PAUSED 0',
    'COMPLETED 1',
    'CANCELLED 0',
  ]);
  expect(figures.topClippers.map((entry) => [entry.rank, entry.clipper.name, entry.earnings])).toEqual([
    [1, 'cat', '53.00'],
    [2, 'ann', '5.00'],
    [3, 'ben', '3.00'],
  ]);
  expect(figures.topCampaigns.map((campaign) => campaign.spent)).toEqual(['50.00', '11.00', '0.00']);
  expect(figures.topClips.map((clip) => clip.earnings)).toEqual(['50.00', '5.00', '3.00', '3.00', '0.00']);
  expect(await own.refusal(AdminOverviewDocument, today(), 'ann')).toBe('FORBIDDEN');
});

test('clips are listed by state, campaign and suspicion, and counted without looking at them all', async () => {
  const clips = async (variables: object) => (await bed.ask(ClipsDocument, { first: 100, ...variables }, ADMIN)).clips;
  const [all] = await bed.database.query<{ count: string }>('select count(*) from clip');
  for (const state of [null, 'LIVE', 'UNAVAILABLE', 'REVOKED'])
    for (const suspect of [null, true, false])
      for (const campaignId of [null, small]) {
        const found = await clips({ state, suspect, campaignId });
        expect([state, suspect, campaignId, found.totalCount]).toEqual([
          state,
          suspect,
          campaignId,
          found.nodes.length,
        ]);
      }
  expect((await clips({})).totalCount).toBe(Number(all?.count));
  expect((await clips({ suspect: true })).nodes.map((clip) => clip.submission.clipper.name)).toEqual(['ann']);
  expect((await clips({ campaignId: 'x' })).nodes).toEqual([]);
  expect(await bed.refusal(ClipsDocument, {}, 'ann')).toBe('FORBIDDEN');
});

test('a cancelled campaign has no forecast any more', async () => {
  await using own = await newBed();
  const [id] = await play(own);
  const forecast = async () => (await own.ask(CampaignPageDocument, { id, ...today() }, ADMIN)).campaign?.forecast;
  expect(await forecast()).not.toBeNull();
  await own.ask(CancelCampaignDocument, { id }, ADMIN);
  expect(await forecast()).toBeNull();
  await expectLawsHold(own.database);
});
