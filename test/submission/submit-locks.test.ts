import { SubmitClipDocument } from '../../schema/generated/graphql.js';
import { newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { whileHeld } from '../support/while-held.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { SUBMISSIONS_PER_DAY: '1' }, startAt: '2026-11-20T08:00:00Z' });
});
afterAll(() => bed.stop());

const submit = (campaignId: string, clipper: string) =>
  bed.send(SubmitClipDocument, { campaignId, url: newClip(bed, [1]).url }, clipper);
const stored = (clipper: string) =>
  bed.database.query('select s.id from clip_submission s join "user" u on u.id = s.clipper_id where u.subject = $1', [
    clipper,
  ]);

test('S3 S4 a campaign that is paused while the baseline is read takes no submission', async () => {
  const id = await newCampaign(bed);
  const { errors } = await whileHeld(bed.database, "update campaign set status = 'PAUSED' where id = $1", [id], () =>
    submit(id, 'late'),
  );
  expect(errors?.[0]?.extensions.code).toBe('CONFLICT');
  expect(errors?.[0]?.message).toContain('PAUSED');
  expect(await stored('late')).toEqual([]);
});

test('S4 a day’s limit holds for submissions made at once to different campaigns', async () => {
  const campaigns = [await newCampaign(bed), await newCampaign(bed)];
  for (let round = 0; round < 5; round += 1) {
    const clipper = `hasty-${round}`;
    const answers = await whileHeld(
      bed.database,
      'select id from campaign where id = any($1) order by id for no key update',
      [campaigns],
      () => Promise.all(campaigns.map((id) => submit(id, clipper))),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'stored');
    expect(codes.toSorted()).toEqual(['RATE_LIMITED', 'stored']);
    expect(await stored(clipper)).toHaveLength(1);
  }
});
