import {
  ApproveSubmissionsDocument,
  CompleteCampaignDocument,
  SubmitClipDocument,
} from '../../schema/generated/graphql.js';
import { ADMIN, newCampaign, newClip, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { SUBMISSIONS_PER_DAY: '1000', TRACKING_MAX_CLIPS_PER_RUN: '1000' } });
  const campaignId = await newCampaign(bed, { title: 'wide', budget: '10000.00' });
  const ids: string[] = [];
  for (let index = 0; index < 50; index += 1) {
    const { submitClip } = await bed.ask(
      SubmitClipDocument,
      { campaignId, url: newClip(bed, [0, 100 + index]).url },
      `clipper-${index % 7}`,
    );
    ids.push(submitClip.id);
  }
  await bed.ask(ApproveSubmissionsDocument, { ids }, ADMIN);
  for (let index = 0; index < 49; index += 1) await newCampaign(bed, { title: 'wide' });
  await track(bed);
});
afterAll(() => bed.stop());

/** Every field below a list, with nested lists, balances and ledger entries. */
const LISTS: Record<string, string> = {
  campaigns: `query ($first: Int) { campaigns(search: "wide", first: $first) { totalCount nodes { title budget spent remaining progress views clipCount submissionCounts { total } recordedSpent submissions(first: 2) { totalCount nodes { id } } } } }`,
  submissions: `query ($first: Int) { submissions(first: $first) { totalCount nodes { url initialViews campaign { title spent submissionCounts { total } } clipper { name totalEarned totalViews activeCampaignEarnings activeCampaignCount submissionCounts { total } submissions(first: 1) { totalCount } availableBalance payable pendingPayouts paidOut payouts(first: 1) { totalCount } payoutRequests(first: 1) { totalCount nodes { details payout { id } } } notifications(first: 1) { totalCount unreadCount nodes { title } } }
    clip { views earnings whyNotEarning countedViews url platform submission { id } readings(first: 2) { totalCount nodes { views outcome } } earningEntries(first: 2) { totalCount nodes { amount cpm countedViews fromReading { views } reading { views } run { id clipsRead earningsAdded } } } } } } }`,
  payoutRequests: `query ($first: Int) { payoutRequests(first: $first) { totalCount nodes { amount details clipper { name availableBalance paidOut } payout { transactionId clipper { name } } } } }`,
  trackingRuns: `query ($first: Int) { trackingRuns(first: $first) { totalCount nodes { clipsPlanned clipsRead earningsAdded rounds { status campaign { title spent } } } } }`,
};

test.each(Object.keys(LISTS))('a page of 50 %s costs as many statements as a page of 1', async (name) => {
  const statements = (first: number) =>
    bed.database.countStatements(() => bed.ask(LISTS[name] ?? '', { first }, ADMIN));
  await statements(1);
  const one = await statements(1);
  expect(await statements(50)).toBe(one);
  expect(one).toBeLessThan(30);
});

test('B4 all figures of a user come from one statement, so that no answer mixes two moments', async () => {
  const query =
    '{ me { totalEarned totalViews activeCampaignEarnings completedCampaignEarnings availableBalance payable pendingPayouts paidOut activeCampaignCount submissionCounts { total } } }';
  await bed.ask(query, {}, 'clipper-1');
  const bare = await bed.database.countStatements(() => bed.ask('{ me { id } }', {}, 'clipper-1'));
  expect(await bed.database.countStatements(() => bed.ask(query, {}, 'clipper-1'))).toBe(bare + 1);
});

test('C6 a campaign with 10,000 clippers completes with as many statements as one with a few, and tells each of them', async () => {
  const statements: number[] = [];
  for (const clippers of [3, 10_000]) {
    const id = await newCampaign(bed, { title: `crowd of ${clippers}`, budget: '1000000.00' });
    await crowd(id, clippers);
    statements.push(await bed.database.countStatements(() => bed.ask(CompleteCampaignDocument, { id }, ADMIN)));
    const told = await bed.database.query(
      "select 1 from notification where type = 'CAMPAIGN_COMPLETED' and subject_id = $1",
      [id],
    );
    expect(told).toHaveLength(clippers);
  }
  // 10,000 notifications are two bulk inserts, and two that tell who listens.
  expect((statements[1] ?? 0) - (statements[0] ?? 0)).toBe(2);
});

/** Clippers with an approved clip each, past the API. */
async function crowd(campaignId: string, clippers: number): Promise<void> {
  await bed.database.query(
    `with people as (insert into "user" (id, subject, email, role, created_at)
       select gen_random_uuid(), $1 || '-' || n, 'x@example.com', 'CLIPPER', now() from generate_series(1, $2::int) n returning id),
     offered as (insert into clip_submission (id, campaign_id, clipper_id, url, canonical_url, platform, video_id, status, initial_views, cpm, min_views, submitted_at, revoked)
       select gen_random_uuid(), $1::uuid, id, 'u', 'u', 'TIKTOK', id::text, 'APPROVED', 0, 1000000, 0, now(), false from people returning id, clipper_id)
     insert into clip (id, submission_id, campaign_id, clipper_id, state, views, earnings, approved_at, failures)
     select gen_random_uuid(), id, $1::uuid, clipper_id, 'LIVE', 0, 0, now(), 0 from offered`,
    [campaignId, clippers],
  );
}

test('one campaign page is one statement (and one for the count)', async () => {
  const query =
    '{ campaigns(search: "wide", first: 20) { totalCount nodes { title budget spent remaining progress clipCount } } }';
  expect(await bed.database.countStatements(() => bed.ask(query, {}, null))).toBe(2);
});

test('T11 the statements of a settlement do not depend on its clips', async () => {
  const perRound: number[] = [];
  const { startRunOfCampaign } = await import('../../src/tracking/run.service.js');
  const { settleRound } = await import('../../src/earnings/settlement/settlement.service.js');
  const { readRound } = await import('../../src/tracking/read.service.js');
  const { TrackingRound } = await import('../../src/tracking/tracking-round.entity.js');
  const byHand = await createTestbed({
    settings: { TRACKING_BATCH_SIZE: '100', SUBMISSIONS_PER_DAY: '1000' },
    workers: false,
  });
  for (const clips of [1, 40]) {
    const campaignId = await newCampaign(byHand, { budget: '1000.00' });
    const ids: string[] = [];
    for (let index = 0; index < clips; index += 1)
      ids.push(
        (await byHand.ask(SubmitClipDocument, { campaignId, url: newClip(byHand, [0, 1_000]).url }, 'clipper'))
          .submitClip.id,
      );
    await byHand.ask(ApproveSubmissionsDocument, { ids }, ADMIN);
    const em = byHand.database.orm.em.fork();
    const run = await startRunOfCampaign(em, byHand.deps, campaignId);
    const round = await em.fork().findOneOrFail(TrackingRound, { runId: run.id });
    perRound.push(
      await byHand.database.countStatements(async () => {
        await readRound(em.fork(), byHand.deps, round.id, {
          epoch: 0,
          signal: new AbortController().signal,
          deadline: new Date(8e15),
        });
        expect((await settleRound(em.fork(), byHand.deps, round.id))?.round.earningsAdded).toBe(
          BigInt(clips) * 1_000_000n,
        );
      }),
    );
  }
  await byHand.stop();
  expect(perRound[1]).toBe(perRound[0]);
});
