import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

test('an admin sees the rounds of a campaign, newest first; others see none', async () => {
  const id = await newCampaign(bed);
  await newApprovedClip(bed, id, 'first', [0, 1_000, 2_000]);
  for (let round = 0; round < 2; round += 1) await track(bed, id);
  const text =
    'query ($id: ID!) { campaign(id: $id) { rounds(first: 1) { totalCount nodes { id status } pageInfo { hasNextPage } } } }';
  interface Rounds {
    campaign: { rounds: { totalCount: number; nodes: { id: string }[]; pageInfo: { hasNextPage: boolean } } };
  }
  const rounds = async (caller: string | null) => (await bed.ask<Rounds, object>(text, { id }, caller)).campaign.rounds;
  const [newest] = await bed.database.query<{ id: string }>(
    'select id from tracking_round where campaign_id = $1 order by id desc limit 1',
    [id],
  );
  expect(await rounds(ADMIN)).toMatchObject({ totalCount: 2, nodes: [newest], pageInfo: { hasNextPage: true } });
  for (const caller of ['first', null]) expect(await rounds(caller)).toMatchObject({ totalCount: 0, nodes: [] });
});
