import pg from 'pg';
import { SubmitClipDocument } from '../../schema/generated/graphql.js';
import { DAY_MS } from '../../src/shared/clock.js';
import { newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
let holder: pg.Client;
beforeAll(async () => {
  bed = await createTestbed({ queueForLocks: true });
  holder = new pg.Client(bed.database.url);
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await bed.stop();
});

/** Until a connection of this database waits for a lock. */
async function waiting(): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const rows = await bed.database.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nobody waits');
}

test('L1 S3 a clip that waited for the campaign’s lock past its end is refused: the clock is read after the last lock', async () => {
  const campaignId = await newCampaign(bed, { endsAt: new Date(Date.now() + DAY_MS).toISOString() });
  const { url } = newClip(bed, [1]);
  await holder.query('begin');
  await holder.query('select 1 from campaign where id = $1 for update', [campaignId]);
  const submitted = bed.send(SubmitClipDocument, { campaignId, url }, 'clipper');
  await waiting();
  await holder.query("update campaign set ends_at = clock_timestamp() - interval '1 ms' where id = $1", [campaignId]);
  await holder.query('commit');
  expect((await submitted).errors?.[0]).toMatchObject({
    message: expect.stringContaining('deadline'),
    extensions: { code: 'CONFLICT' },
  });
  expect(await bed.database.query('select 1 from clip_submission')).toEqual([]);
});
