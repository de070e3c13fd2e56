import { SubmitClipDocument } from '../../schema/generated/graphql.js';
import { ADMIN, newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

interface Seen {
  submission: { sameClip: { id: string; campaign: { id: string } }[] };
}
const SAME = 'query ($id: ID!) { submission(id: $id) { sameClip { id campaign { id } } } }';

test('an admin sees the other submissions of a clip, in whatever campaign, newest first; its clipper sees none', async () => {
  const clip = newClip(bed, [0, 1_000]);
  const submitted: { id: string; campaign: { id: string } }[] = [];
  for (const clipper of ['first', 'second', 'third']) {
    const campaignId = await newCampaign(bed);
    const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId, url: clip.url }, clipper);
    submitted.push({ id: submitClip.id, campaign: { id: campaignId } });
  }
  await bed.ask(SubmitClipDocument, { campaignId: await newCampaign(bed), url: newClip(bed, [0]).url }, 'first');
  const [first, second, third] = submitted;
  const seen = async (caller: string) =>
    (await bed.ask<Seen, object>(SAME, { id: first?.id }, caller)).submission.sameClip;
  expect(await seen(ADMIN)).toEqual([third, second]);
  expect(await seen('first')).toEqual([]);
});
