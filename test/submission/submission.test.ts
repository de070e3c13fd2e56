import {
  ApproveSubmissionDocument,
  ApproveSubmissionsDocument,
  CompleteCampaignDocument,
  DashboardDocument,
  EarningsExplainedDocument,
  PauseCampaignDocument,
  RejectSubmissionDocument,
  ReopenSubmissionDocument,
  ReviewQueueDocument,
  RevokeSubmissionDocument,
  SubmitClipDocument,
  UpdateCampaignDocument,
  WithdrawSubmissionDocument,
} from '../../schema/generated/graphql.js';
import { HOUR_MS } from '../../src/shared/clock.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

const submit = (campaignId: string, url: string, clipper = 'clipper') =>
  bed.send(SubmitClipDocument, { campaignId, url }, clipper);
const stored = async (campaignId: string) =>
  Number(
    (
      await bed.database.query<{ n: string }>('select count(*) as n from clip_submission where campaign_id = $1', [
        campaignId,
      ])
    )[0]?.n,
  );
const NOTHING = { reason: 'OTHER' as const };

test('S4 C4 the baseline and the terms of the moment are frozen on the submission; later terms touch later submissions only', async () => {
  const id = await newCampaign(bed, { cpm: '2.00', minViews: 10, maxEarningsPerClip: '9.00' });
  const first = await submit(id, newClip(bed, [1_234]).url);
  await bed.ask(UpdateCampaignDocument, { id, input: { cpm: '5.00', minViews: 0, maxEarningsPerClip: null } }, ADMIN);
  const second = await submit(id, newClip(bed, [1]).url);
  expect(first.data?.submitClip).toMatchObject({
    status: 'PENDING',
    initialViews: 1_234,
    cpm: '2.00',
    minViews: 10,
    maxEarnings: '9.00',
  });
  expect(second.data?.submitClip).toMatchObject({ cpm: '5.00', minViews: 0, maxEarnings: null });
});

test('S2 one clip is in one campaign once, whoever submits it and in whatever form; the same clipper gets their PENDING one back', async () => {
  const id = await newCampaign(bed);
  const { url, videoId } = newClip(bed, [1]);
  const first = await submit(id, url);
  const again = await submit(id, `https://m.tiktok.com/v/${videoId}.html`);
  expect(again.data?.submitClip.id).toBe(first.data?.submitClip.id);
  const other = await submit(id, url, 'rival');
  expect(other.errors?.[0]?.extensions.code).toBe('CONFLICT');
  await bed.ask(ApproveSubmissionDocument, { id: first.data?.submitClip.id ?? '' }, ADMIN);
  expect((await submit(id, url)).errors?.[0]?.extensions.code).toBe('CONFLICT');
  const elsewhere = await newCampaign(bed);
  expect((await submit(elsewhere, url, 'rival')).data?.submitClip.status).toBe('PENDING');
});

test('S2 twenty submissions of one clip at once make one', async () => {
  const id = await newCampaign(bed);
  const { url } = newClip(bed, [1]);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => submit(id, url, `racer-${index % 4}`)));
  const ids = new Set(answers.flatMap((answer) => answer.data?.submitClip.id ?? []));
  expect(ids.size).toBe(1);
  // Whoever reads twice at once already is told so before it is known whether the clip is taken.
  const codes = answers.flatMap((answer) => answer.errors ?? []).map((error) => error.extensions.code);
  expect(codes.filter((code) => code !== 'CONFLICT' && code !== 'RATE_LIMITED')).toEqual([]);
  expect(await stored(id)).toBe(1);
});

test.each([
  ['S1 a link that is not a clip', 'https://example.com/x', 'BAD_USER_INPUT'],
  ['S3 a platform that is not the campaign’s', 'https://youtu.be/dQw4w9WgXcQ', 'BAD_USER_INPUT'],
])('%s is refused at input.url and nothing is asked or stored', async (_name, url, code) => {
  const id = await newCampaign(bed);
  const asked = bed.emulator.runs.length;
  const { errors } = await submit(id, url);
  expect(errors?.[0]?.extensions).toEqual({ code, field: 'input.url' });
  expect([bed.emulator.runs.length - asked, await stored(id)]).toEqual([0, 0]);
});

test('S3 only while ACTIVE and before its end', async () => {
  const paused = await newCampaign(bed);
  await bed.ask(PauseCampaignDocument, { id: paused }, ADMIN);
  expect((await submit(paused, newClip(bed, [1]).url)).errors?.[0]?.extensions.code).toBe('CONFLICT');
  const ending = await newCampaign(bed, { endsAt: new Date(bed.clock.now().getTime() + HOUR_MS).toISOString() });
  expect((await submit(ending, newClip(bed, [1]).url)).errors).toBeUndefined();
  bed.clock.advance(HOUR_MS);
  expect((await submit(ending, newClip(bed, [1]).url)).errors?.[0]?.message).toContain('deadline');
  expect((await submit('not-an-id', newClip(bed, [1]).url)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
});

test('S4 a clip that is gone is BAD_USER_INPUT, one that cannot be read is UPSTREAM_UNAVAILABLE; nothing is stored', async () => {
  const id = await newCampaign(bed);
  expect((await submit(id, newClip(bed, ['REMOVED']).url)).errors?.[0]?.extensions).toEqual({
    code: 'BAD_USER_INPUT',
    field: 'input.url',
  });
  expect((await submit(id, newClip(bed, [null]).url)).errors?.[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  expect(await stored(id)).toBe(0);
});

test('S5 approval makes the clip with the baseline it had, and only a PENDING submission of an open campaign is decided on', async () => {
  const id = await newCampaign(bed);
  const { url } = newClip(bed, [500, 900]);
  const submission = (await submit(id, url)).data?.submitClip.id ?? '';
  const { approveSubmission } = await bed.ask(ApproveSubmissionDocument, { id: submission }, ADMIN);
  expect(approveSubmission).toMatchObject({
    status: 'APPROVED',
    clip: { state: 'LIVE', views: 500, earnings: '0.00' },
  });
  expect(await bed.refusal(ApproveSubmissionDocument, { id: submission }, ADMIN)).toBe('CONFLICT');
  expect(await bed.refusal(RejectSubmissionDocument, { id: submission, input: NOTHING }, ADMIN)).toBe('CONFLICT');
  expect(await bed.refusal(WithdrawSubmissionDocument, { id: submission }, 'clipper')).toBe('CONFLICT');
  const late = (await submit(id, newClip(bed, [1]).url)).data?.submitClip.id ?? '';
  await bed.ask(CompleteCampaignDocument, { id }, ADMIN);
  for (const document of [ApproveSubmissionDocument, ReopenSubmissionDocument])
    expect(await bed.refusal(document as typeof ApproveSubmissionDocument, { id: late }, ADMIN)).toBe('CONFLICT');
});

test('U3 nobody decides on their own submission', async () => {
  const id = await newCampaign(bed);
  const own = (await submit(id, newClip(bed, [1]).url, ADMIN)).data?.submitClip.id ?? '';
  expect(await bed.refusal(ApproveSubmissionDocument, { id: own }, ADMIN)).toBe('FORBIDDEN');
  expect(await bed.refusal(RejectSubmissionDocument, { id: own, input: NOTHING }, ADMIN)).toBe('FORBIDDEN');
  await bed.ask(ApproveSubmissionDocument, { id: own }, 'admin2');
  expect(await bed.refusal(RevokeSubmissionDocument, { id: own, input: NOTHING }, ADMIN)).toBe('FORBIDDEN');
});

test('S5 approving several is all or none', async () => {
  const id = await newCampaign(bed);
  const ids = [];
  for (let index = 0; index < 3; index += 1)
    ids.push((await submit(id, newClip(bed, [1]).url)).data?.submitClip.id ?? '');
  await bed.ask(WithdrawSubmissionDocument, { id: ids[2] ?? '' }, 'clipper');
  expect(await bed.refusal(ApproveSubmissionsDocument, { ids }, ADMIN)).toBe('CONFLICT');
  expect(await bed.refusal(ApproveSubmissionsDocument, { ids: [] }, ADMIN)).toBe('BAD_USER_INPUT');
  const { submissions } = await bed.ask(ReviewQueueDocument, { campaignId: id, status: null }, ADMIN);
  expect(submissions.nodes.map((node) => node.status)).toEqual(['WITHDRAWN', 'PENDING', 'PENDING']);
  expect(
    (await bed.ask(ApproveSubmissionsDocument, { ids: ids.slice(0, 2) }, ADMIN)).approveSubmissions.map(
      (each) => each.status,
    ),
  ).toEqual(['APPROVED', 'APPROVED']);
});

test('S5 a rejection says why, can be taken back with the same baseline, but not once the clip was submitted again', async () => {
  const id = await newCampaign(bed);
  const { url } = newClip(bed, [70, 80]);
  const submission = (await submit(id, url)).data?.submitClip.id ?? '';
  const reject = (note: string) =>
    bed.ask(RejectSubmissionDocument, { id: submission, input: { reason: 'NOT_OWNER', note } }, ADMIN);
  expect((await reject('not yours')).rejectSubmission).toMatchObject({
    status: 'REJECTED',
    rejectionReason: 'NOT_OWNER',
    rejectionNote: 'not yours',
  });
  expect((await bed.ask(ReopenSubmissionDocument, { id: submission }, ADMIN)).reopenSubmission.status).toBe('PENDING');
  await reject('again');
  expect((await submit(id, url, 'rival')).data?.submitClip.initialViews).toBe(80);
  expect(await bed.refusal(ReopenSubmissionDocument, { id: submission }, ADMIN)).toBe('CONFLICT');
  const { errors } = await bed.send(
    RejectSubmissionDocument,
    { id: submission, input: { reason: 'CAMPAIGN_ENDED' } },
    ADMIN,
  );
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('NOT_OWNER'),
    extensions: { code: 'BAD_USER_INPUT', field: 'input.reason' },
  });
});

test('S6 a revocation reverses all that the clip earned, for good; the money is the campaign’s again', async () => {
  const id = await newCampaign(bed, { budget: '10.00' });
  const cheat = await newApprovedClip(bed, id, 'cheat', [0, 6_000]);
  const honest = await newApprovedClip(bed, id, 'honest', [0, 2_000, 9_000]);
  await track(bed, id);
  const { revokeSubmission } = await bed.ask(
    RevokeSubmissionDocument,
    { id: cheat.submissionId, input: { reason: 'FRAUDULENT_VIEWS' } },
    ADMIN,
  );
  expect(revokeSubmission).toMatchObject({
    status: 'REJECTED',
    rejectionReason: 'FRAUDULENT_VIEWS',
    clip: { state: 'REVOKED', earnings: '0.00' },
  });
  const { submission } = await bed.ask(EarningsExplainedDocument, { submissionId: cheat.submissionId }, 'cheat');
  expect(submission?.clip?.earningEntries.nodes.map(({ reason, amount }) => [reason, amount])).toEqual([
    ['REVERSAL', '-6.00'],
    ['ACCRUAL', '6.00'],
  ]);
  expect((await bed.ask(DashboardDocument, {}, 'cheat')).me).toMatchObject({
    totalEarned: '0.00',
    totalViews: 0,
    submissionCounts: { rejected: 1, approved: 0 },
  });
  expect(await bed.refusal(ReopenSubmissionDocument, { id: cheat.submissionId }, ADMIN)).toBe('CONFLICT');
  expect((await submit(id, cheat.url, 'rival')).errors?.[0]?.extensions.code).toBe('CONFLICT');
  const run = await track(bed, id);
  expect(run).toMatchObject({ clipsPlanned: 1, earningsAdded: '7.00' });
  expect(
    (await bed.ask(EarningsExplainedDocument, { submissionId: honest.submissionId }, ADMIN)).submission?.clip?.earnings,
  ).toBe('9.00');
});

test('submissions are listed newest first, or oldest first by orderBy, page after page', async () => {
  const campaignId = await newCampaign(bed);
  for (let n = 0; n < 5; n += 1) await submit(campaignId, newClip(bed, [1]).url, 'owner');
  interface Page {
    submissions: { nodes: { id: string }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };
  }
  const text = `query ($campaignId: ID, $orderBy: SubmissionOrder, $after: String) {
    submissions(campaignId: $campaignId, orderBy: $orderBy, first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }`;
  const listed = async (orderBy?: string | null) => {
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { submissions }: Page = await bed.ask<Page, object>(text, { campaignId, orderBy, after }, ADMIN);
      ids.push(...submissions.nodes.map(({ id }) => id));
      after = submissions.pageInfo.endCursor;
      more = submissions.pageInfo.hasNextPage;
    }
    return ids;
  };
  const newest = await listed();
  expect(newest).toHaveLength(5);
  expect(await listed('SUBMITTED_AT_ASC')).toEqual(newest.toReversed());
  expect(await listed('SUBMITTED_AT_DESC')).toEqual(newest);
  expect(await listed(null)).toEqual(newest);
});

test('others’ submissions: null in queries, NOT_FOUND in mutations, left out of lists', async () => {
  const id = await newCampaign(bed);
  const own = (await submit(id, newClip(bed, [1]).url, 'owner')).data?.submitClip.id ?? '';
  expect((await bed.ask(EarningsExplainedDocument, { submissionId: own }, 'stranger')).submission).toBeNull();
  expect((await bed.ask(EarningsExplainedDocument, { submissionId: 'nonsense' }, ADMIN)).submission).toBeNull();
  expect(await bed.refusal(WithdrawSubmissionDocument, { id: own }, 'stranger')).toBe('NOT_FOUND');
  expect(await bed.refusal(ApproveSubmissionDocument, { id: 'nonsense' }, ADMIN)).toBe('NOT_FOUND');
  expect(await bed.refusal(ReviewQueueDocument, {}, 'owner')).toBe('FORBIDDEN');
  expect(await bed.refusal(ReviewQueueDocument, {}, null)).toBe('UNAUTHENTICATED');
  const listed = async (caller: string | null) =>
    (
      await bed.ask<{ campaign: { submissions: { totalCount: number; nodes: object[] } } }, object>(
        `{ campaign(id: "${id}") { submissions { totalCount nodes { id } } } }`,
        {},
        caller,
      )
    ).campaign.submissions;
  expect((await listed('owner')).nodes).toHaveLength(1);
  expect(await listed('owner')).toMatchObject({ totalCount: 1 });
  expect(await listed(ADMIN)).toMatchObject({ totalCount: 1 });
  expect(await listed('stranger')).toEqual({ totalCount: 0, nodes: [] });
  expect(await listed(null)).toEqual({ totalCount: 0, nodes: [] });
});
