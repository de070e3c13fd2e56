import {
  AdminCampaignsDocument,
  BrowseCampaignsDocument,
  DashboardDocument,
  EarningsExplainedDocument,
  SubmitClipDocument,
} from '../../schema/generated/graphql.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
});
afterAll(() => bed.stop());

const campaign = async (id: string) => {
  const { campaigns } = await bed.ask(AdminCampaignsDocument, { first: 100 }, ADMIN);
  const found = campaigns.nodes.find((each) => each.id === id);
  if (!found) throw new Error('no such campaign');
  return found;
};

test('T9 example 1: cumulative growth is compared with what was earned, not added again (2,000 / 2,000 / 5,000 views pay 4.00)', async () => {
  const id = await newCampaign(bed);
  const { submissionId } = await newApprovedClip(bed, id, 'clara', [1_000, 2_000, 2_000, 5_000]);
  const earned: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    await track(bed, id);
    const { submission } = await bed.ask(EarningsExplainedDocument, { submissionId }, 'clara');
    earned.push(submission?.clip?.earnings ?? '');
  }
  expect(earned).toEqual(['1.00', '1.00', '4.00']);
});

test('T4 example 2: a reading without a count is MISSING, not zero, and the money follows with the next count', async () => {
  const id = await newCampaign(bed, { cpm: '2.50' });
  const { submissionId } = await newApprovedClip(bed, id, 'carl', [0, 1_000, null, null, null, 1_000, 1_400]);
  const runs = [await track(bed, id), await track(bed, id), await track(bed, id), await track(bed, id)];
  expect(runs.map((run) => run.earningsAdded)).toEqual(['2.50', '0.00', '0.00', '1.00']);
  const { submission } = await bed.ask(EarningsExplainedDocument, { submissionId }, 'carl');
  expect(submission?.clip?.readings.nodes.map((reading) => [reading.outcome, reading.views])).toEqual([
    ['VALUE', 1_400],
    ['VALUE', 1_000],
    ['MISSING', null],
    ['VALUE', 1_000],
  ]);
  expect(
    submission?.clip?.earningEntries.nodes.map(({ amount, fromViews, toViews, cap }) => ({
      amount,
      fromViews,
      toViews,
      cap,
    })),
  ).toEqual([
    { amount: '1.00', fromViews: 1_000, toViews: 1_400, cap: 'NONE' },
    { amount: '2.50', fromViews: 0, toViews: 1_000, cap: 'NONE' },
  ]);
});

test('T10 C6 example 3: what remains of the budget is shared 50 / 25 / 25, and the campaign ends with spent exactly at its budget', async () => {
  const id = await newCampaign(bed);
  const clips = [
    await newApprovedClip(bed, id, 'ann', [0, 60_000]),
    await newApprovedClip(bed, id, 'ben', [0, 30_000]),
    await newApprovedClip(bed, id, 'cat', [0, 30_000]),
  ];
  const pending = await bed.ask(SubmitClipDocument, { campaignId: id, url: newClip(bed, [10]).url }, 'ann');
  const run = await track(bed, id);
  expect(run).toMatchObject({
    status: 'SUCCEEDED',
    clipsPlanned: 3,
    clipsRead: 3,
    clipsSucceeded: 3,
    clipsFailed: 0,
    earningsAdded: '100.00',
    campaignsCompleted: 1,
  });
  expect(await campaign(id)).toMatchObject({
    status: 'COMPLETED',
    completionReason: 'BUDGET_FILLED',
    spent: '100.00',
    remaining: '0.00',
    progress: 1,
    recordedSpent: '100.00',
  });
  const shares = await Promise.all(
    clips.map(({ submissionId }) => bed.ask(EarningsExplainedDocument, { submissionId }, ADMIN)),
  );
  expect(
    shares.map(({ submission }) => [
      submission?.clip?.earnings,
      submission?.finalEarnings,
      submission?.clip?.earningEntries.nodes[0]?.cap,
    ]),
  ).toEqual([
    ['50.00', '50.00', 'BUDGET_SHARE'],
    ['25.00', '25.00', 'BUDGET_SHARE'],
    ['25.00', '25.00', 'BUDGET_SHARE'],
  ]);
  const { me } = await bed.ask(DashboardDocument, { first: 10 }, 'ann');
  expect(me).toMatchObject({
    totalEarned: '50.00',
    completedCampaignEarnings: '50.00',
    activeCampaignEarnings: '0.00',
    totalViews: 60_000,
    activeCampaignCount: 0,
  });
  expect(me!.submissions.nodes.find(({ id: each }) => each === pending.submitClip.id)).toMatchObject({
    status: 'REJECTED',
    rejectionReason: 'CAMPAIGN_ENDED',
  });
});

test('T10 example 4: three clips owed 5 of a budget of 10 share it to the micro, ties by clip id', async () => {
  const id = await newCampaign(bed, { budget: '10.00' });
  const clips = [];
  for (const clipper of ['dan', 'eve', 'fay']) clips.push(await newApprovedClip(bed, id, clipper, [0, 5_000]));
  await track(bed, id);
  const explained = await Promise.all(
    clips
      .toSorted((one, other) => (one.clipId < other.clipId ? -1 : 1))
      .map(({ submissionId }) => bed.ask(EarningsExplainedDocument, { submissionId }, ADMIN)),
  );
  expect(explained.map(({ submission }) => submission?.clip?.earnings)).toEqual(['3.333334', '3.333333', '3.333333']);
  expect((await campaign(id)).spent).toBe('10.00');
});

test('B4 example 6: the brand, the clippers and the platform see the same figure', async () => {
  const id = await newCampaign(bed, { budget: '5000.00' });
  const views = { gus: 127_850, hal: 542_300, ida: 780_350 };
  for (const [clipper, count] of Object.entries(views)) await newApprovedClip(bed, id, clipper, [0, count]);
  await track(bed, id);
  const totals = await Promise.all(Object.keys(views).map((clipper) => bed.ask(DashboardDocument, {}, clipper)));
  expect(totals.map(({ me }) => me!.totalEarned)).toEqual(['127.85', '542.30', '780.35']);
  const { campaigns } = await bed.ask(BrowseCampaignsDocument, { search: 'A campaign', first: 100 }, null);
  expect(campaigns.edges.find(({ node }) => node.id === id)?.node).toMatchObject({
    spent: '1450.50',
    views: 1_450_500,
    clipCount: 3,
    remaining: '3549.50',
  });
});
