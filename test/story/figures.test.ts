import { CompleteCampaignDocument, DashboardDocument } from '../../schema/generated/graphql.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000', CURRENCY: 'EUR' } });
});
afterAll(() => bed.stop());

test('B1 B2 B5 a clipper with 150.20 in an ended campaign and 235.30 in an open one: the two are the whole, over approved clips alone', async () => {
  const ended = await newCampaign(bed, { budget: '1000.00' });
  const open = await newCampaign(bed, { budget: '1000.00' });
  await newApprovedClip(bed, ended, 'clara', [500, 150_700]);
  await newApprovedClip(bed, open, 'clara', [0, 235_300, 200_000]);
  const revoked = await newApprovedClip(bed, open, 'clara', [0, 10_000]);
  await bed.ask(
    'mutation ($campaignId: ID!, $url: String!) { submitClip(input: { campaignId: $campaignId, url: $url }) { id } }',
    { campaignId: open, url: newClip(bed, [9]).url },
    'clara',
  );
  await track(bed);
  await bed.ask(CompleteCampaignDocument, { id: ended }, ADMIN);
  await bed.ask(
    `mutation { revokeSubmission(id: "${revoked.submissionId}", input: { reason: OTHER }) { id } }`,
    {},
    ADMIN,
  );
  await track(bed);
  const { me } = await bed.ask(DashboardDocument, {}, 'clara');
  expect(me).toMatchObject({
    totalEarned: '385.50',
    completedCampaignEarnings: '150.20',
    activeCampaignEarnings: '235.30',
    // The marks, not the newest readings.
    totalViews: 150_700 + 235_300,
    activeCampaignCount: 1,
    submissionCounts: { pending: 1, approved: 2, rejected: 1, withdrawn: 0, total: 4 },
  });
  await expectLawsHold(bed.database);
});

test('B1 a user without a submission has zeros', async () => {
  const { me } = await bed.ask(DashboardDocument, {}, 'nobody-yet');
  expect(me).toMatchObject({
    totalEarned: '0.00',
    totalViews: 0,
    activeCampaignCount: 0,
    submissionCounts: { total: 0 },
  });
});

test('M4 one currency for the whole installation', async () => {
  expect(await bed.ask('{ settings { currency payoutMinimum } }', {}, null)).toEqual({
    settings: { currency: 'EUR', payoutMinimum: '20.00' },
  });
});
