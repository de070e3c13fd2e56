import { UpdateCampaignDocument } from '../../schema/generated/graphql.js';
import { lockCampaign } from '../../src/campaign/campaign.service.js';
import { CampaignEventType } from '../../src/campaign/campaign-event.entity.js';
import { recordCampaignEvent } from '../../src/campaign/campaign-event.service.js';
import { EarningCap } from '../../src/earnings/earnings.enums.js';
import { digestOf } from '../../src/earnings/settlement/ledger.sql.js';
import { settleRound } from '../../src/earnings/settlement/settlement.service.js';
import { payClips } from '../../src/earnings/settlement/settlement.sql.js';
import { inTransaction } from '../../src/infra/database/transaction.js';
import { newId } from '../../src/infra/identifier.js';
import { ReadingOutcome } from '../../src/platform/view-probe.js';
import { checkLaws } from '../../src/proof/laws.js';
import { replay } from '../../src/proof/replay.service.js';
import { Clip } from '../../src/submission/clip.entity.js';
import { readRound } from '../../src/tracking/read.service.js';
import { takeRound } from '../../src/tracking/round-epoch.sql.js';
import { startRunOfCampaign } from '../../src/tracking/run.service.js';
import { RoundStatus } from '../../src/tracking/tracking.enums.js';
import { TrackingRound } from '../../src/tracking/tracking-round.entity.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ workers: false, settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
});
afterAll(() => bed.stop());

const rename = (id: string, title: string) => bed.ask(UpdateCampaignDocument, { id, input: { title } }, ADMIN);
const versions = async (id: string) =>
  (
    await bed.database.query<{ version: number }>(
      'select version from campaign_event where campaign_id = $1 order by number',
      [id],
    )
  ).map((row) => row.version);
const brokenLaws = async () =>
  (await checkLaws(bed.database.orm.em)).filter((law) => law.violations > 0).map(({ law }) => law.split(' ')[0]);

/** What version 0.1.0 sends to append an event: without a version, its hash over the first edition's columns. */
const FIRST_EDITION = `
  with e as (
    select gen_random_uuid() as id, id as campaign_id, last_event_number + 1 as number, 'TERMS_CHANGED' as type,
           '{"before": {"title": "Old"}, "after": {"title": "New"}}'::jsonb as content, now()::timestamptz(3) as at, chain_head as previous_hash
    from campaign where id = $1),
  written as (
    insert into campaign_event (id, campaign_id, number, type, content, at, previous_hash, hash)
    select e.*, encode(sha256(convert_to(concat_ws('|', e.campaign_id, e.number, e.type, e.content::text, (extract(epoch from e.at) * 1000)::bigint, coalesce(e.previous_hash, 'start')), 'UTF8')), 'hex')
    from e returning campaign_id, number, hash)
  update campaign c set last_event_number = w.number, chain_head = w.hash from written w where c.id = w.campaign_id`;

test('V5 a chain goes on from events of version 1 to events of version 2, and back, and stays whole', async () => {
  const id = await newCampaign(bed);
  await bed.database.query(FIRST_EDITION, [id]);
  await rename(id, 'Newer');
  await bed.database.query(FIRST_EDITION, [id]);
  expect(await versions(id)).toEqual([2, 2, 1, 2, 1]);
  await expectLawsHold(bed.database);
  expect(await replay(bed.database.orm.em, null)).toMatchObject({ differences: 0 });
});

/** A clip with 5,000 counted views that a round read and did not pay. */
async function unpaid(): Promise<{ id: string; clipId: string; runId: string }> {
  const id = await newCampaign(bed);
  const { clipId } = await newApprovedClip(bed, id, 'clipper', [0, 5_000]);
  const em = bed.database.orm.em;
  const run = await startRunOfCampaign(em.fork(), bed.deps, id);
  const round = await em.fork().findOneOrFail(TrackingRound, { runId: run.id });
  const signal = new AbortController().signal;
  const epoch = (await takeRound(em.fork(), round.id)) ?? 0;
  await readRound(em.fork(), bed.deps, round.id, { epoch, signal, deadline: new Date(8e15) });
  await settleRound(em.fork(), bed.deps, round.id, { timeIsUp: true, epoch });
  return { id, clipId, runId: run.id };
}

/** Settles a round in which the clip takes part with what is known of it: without a reading. */
async function settleUnread({ id, clipId, runId }: Awaited<ReturnType<typeof unpaid>>): Promise<void> {
  const now = new Date();
  await inTransaction(bed.database.orm.em, async (em) => {
    const campaign = await lockCampaign(em, id);
    const clip = await em.findOneOrFail(Clip, clipId);
    const [roundId, eventId] = [newId(), newId()];
    em.persist(
      em.create(TrackingRound, {
        id: roundId,
        runId,
        campaignId: id,
        status: RoundStatus.SETTLED,
        plannedAt: now,
        startedAt: now,
        finishedAt: now,
        clipsPlanned: 1,
        earningsAdded: 5_000_000n,
      }),
    );
    await em.flush();
    const after = { ...clip, clipId, outcome: ReadingOutcome.VALUE, readAt: now };
    await payClips(em, { roundId, eventId }, [{ ...after, share: { amount: 5_000_000n, cap: EarningCap.NONE } }], now);
    await recordCampaignEvent(em, campaign, {
      id: eventId,
      type: CampaignEventType.ROUND_SETTLED,
      content: { roundId, clips: 1, cause: null, paid: '5000000', entries: await digestOf(em, eventId) },
      clipsWithoutReading: [clipId],
      at: now,
    });
  });
}

test('V3 V5 a round of version 2 names the clips that took part without a reading: replay pays them, law 11 covers the list', async () => {
  const given = await unpaid();
  await settleUnread(given);
  await expectLawsHold(bed.database);
  const clean = await replay(bed.database.orm.em, null);
  expect(clean).toMatchObject({ differences: 0, earnings: 5_000_000n });
  const other = newId();
  const asSuperuser = (statement: string) =>
    bed.database.query(`begin; set local session_replication_role = replica; ${statement}; commit`);
  await asSuperuser(`update clips_without_reading set clip_ids = array['${other}']::uuid[]`);
  expect(await brokenLaws()).toEqual(['11']);
  expect((await replay(bed.database.orm.em, null)).examples.join()).toContain(given.clipId);
  await asSuperuser(`update clips_without_reading set clip_ids = array['${given.clipId}']::uuid[]`);
  await expectLawsHold(bed.database);
});

test('L2 each change of an admin has one audit event that carries the id and the number of its campaign event', async () => {
  const id = await newCampaign(bed);
  await rename(id, 'Renamed');
  const rows = await bed.database.query(
    `select v.type, a.action, a.campaign_event_number = v.number as numbered from campaign_event v
     left join audit_event a on a.campaign_event_id = v.id where v.campaign_id = $1 order by v.number`,
    [id],
  );
  expect(rows).toEqual([
    { type: 'CREATED', action: 'campaign.create', numbered: true },
    { type: 'STATUS_CHANGED', action: 'campaign.publish', numbered: true },
    { type: 'TERMS_CHANGED', action: 'campaign.update', numbered: true },
  ]);
});
