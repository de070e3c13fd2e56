import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { callJob, startSchedule } from '../../jobs/runner.js';
import {
  ApprovePayoutRequestDocument,
  CancelPayoutRequestDocument,
  CompleteCampaignDocument,
  MarkNotificationsReadDocument,
  NotificationsDocument,
  RejectSubmissionDocument,
  RequestPayoutDocument,
  RevokeSubmissionDocument,
  SubmitClipDocument,
  UpdateProfileDocument,
} from '../../schema/generated/graphql.js';
import { createApi } from '../../src/api.js';
import { PubSub } from '../../src/infra/queue/pub-sub.js';
import { createAuthenticate } from '../../src/infra/security/token.js';
import { calculatePayouts } from '../../src/payout/announce-payouts.service.js';
import { CANCELLATIONS_PER_DAY } from '../../src/payout/payout.rules.js';
import { DAY_MS } from '../../src/shared/clock.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, newEarnings, track } from '../support/play.js';
import { TestClock } from '../support/test-clock.js';
import { createTestbed, TEST_SECRET, type Testbed } from '../support/testbed.js';
import { until } from '../support/until.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '100', TRACKING_MAX_FAILURES: '1' },
    startAt: '2026-11-10T08:00:00Z',
  });
  await told(ADMIN);
});
afterAll(() => bed.stop());

const list = async (caller: string, variables: object = {}) =>
  (await bed.ask(NotificationsDocument, { first: 100, ...variables }, caller)).me.notifications;
/** Types of what a caller was told, newest first. */
const told = async (caller: string) => (await list(caller)).nodes.map((each) => each.type);
const input = (amount: string) => ({ input: { amount, method: 'PAYPAL' as const, details: 'me@example.com' } });

test('a clipper is told of approval, rejection and revocation, each with its subject', async () => {
  const id = await newCampaign(bed, { title: 'Sneakers' });
  const approved = await newApprovedClip(bed, id, 'ann', [0, 3_000]);
  const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId: id, url: newClip(bed, [1]).url }, 'ann');
  const why = { reason: 'NOT_OWNER' as const, note: 'It is Bob’s.' };
  await bed.ask(RejectSubmissionDocument, { id: submitClip.id, input: why }, ADMIN);
  await track(bed, id);
  await bed.ask(RevokeSubmissionDocument, { id: approved.submissionId, input: { reason: 'FRAUDULENT_VIEWS' } }, ADMIN);
  const [revoked, rejected, first] = (await list('ann')).nodes;
  expect(revoked).toMatchObject({ type: 'SUBMISSION_REVOKED', subjectId: approved.submissionId });
  expect(revoked?.body).toContain('3.00 USD');
  expect(rejected).toMatchObject({
    type: 'SUBMISSION_REJECTED',
    subjectType: 'ClipSubmission',
    subjectId: submitClip.id,
  });
  expect(rejected?.body).toContain('It is Bob’s.');
  expect(first).toMatchObject({ type: 'SUBMISSION_APPROVED', title: 'Your clip is in "Sneakers"' });
});

test('T8 the clipper of a clip that becomes UNAVAILABLE is told, once', async () => {
  const id = await newCampaign(bed);
  await newApprovedClip(bed, id, 'una', [0, 'REMOVED', 'REMOVED', 'REMOVED']);
  for (let index = 0; index < 4; index += 1) await newApprovedClip(bed, id, 'other', [0, 10]);
  await track(bed, id);
  await track(bed, id);
  expect((await told('una')).filter((type) => type === 'CLIP_UNAVAILABLE')).toHaveLength(1);
});

test('C6 when a campaign ends, every clipper with an approved clip is told what it earned, a pending one that it was rejected', async () => {
  const id = await newCampaign(bed, { budget: '10.00' });
  await newApprovedClip(bed, id, 'full', [0, 20_000]);
  await bed.ask(SubmitClipDocument, { campaignId: id, url: newClip(bed, [1]).url }, 'late');
  await track(bed, id);
  expect((await list('full')).nodes[0]).toMatchObject({ type: 'CAMPAIGN_COMPLETED', subjectId: id });
  expect((await list('full')).nodes[0]?.body).toContain('10.00 USD');
  expect(await told('late')).toEqual(['SUBMISSION_REJECTED']);
  const cancelled = await newCampaign(bed);
  await newApprovedClip(bed, cancelled, 'full', [0]);
  await bed.ask('mutation ($id: ID!) { cancelCampaign(id: $id) { id } }', { id: cancelled }, ADMIN);
  expect((await told('full'))[0]).toBe('CAMPAIGN_CANCELLED');
});

test('T6 T7 admins are told of a suspect count and of a round given up', async () => {
  const id = await newCampaign(bed, { title: 'Trouble' });
  await newApprovedClip(bed, id, 'sus', [0, 900_000]);
  await track(bed, id);
  expect((await list(ADMIN)).nodes[0]).toMatchObject({
    type: 'TRACKING_TROUBLE',
    subjectType: 'Campaign',
    subjectId: id,
  });
  const given = await newCampaign(bed, { title: 'Given up' });
  for (let index = 0; index < 3; index += 1) await newApprovedClip(bed, given, 'sus', [0, null, null, null]);
  const run = await track(bed, given);
  expect((await list(ADMIN)).nodes[0]).toMatchObject({ type: 'TRACKING_TROUBLE', subjectId: run.id });
});

test('T15 T2 a month’s allowance that runs out and a plan that cannot keep up are told once a day, not with every tick', async () => {
  await using strict = await createTestbed({
    settings: { APIFY_MONTHLY_READINGS: '2', TRACKING_MAX_CLIPS_PER_RUN: '5' },
    startAt: '2026-11-10T08:00:00Z',
  });
  const titles = async () =>
    (await strict.ask(NotificationsDocument, { first: 100 }, ADMIN)).me.notifications.nodes.map((each) => each.title);
  const id = await newCampaign(strict);
  await newApprovedClip(strict, id, 'ann', [0, 10]);
  await newApprovedClip(strict, id, 'ann', [0, 10]);
  strict.clock.advance(25 * 3_600_000);
  await track(strict);
  await track(strict);
  expect((await titles()).toSorted()).toEqual([
    'The tracking plan cannot keep up',
    "This month's readings are nearly used up",
  ]);
  strict.clock.advance(25 * 3_600_000);
  await track(strict);
  expect(await titles()).toHaveLength(4);
});

test('admins are told, once a day, that the source refuses our key', async () => {
  for (let times = 0; times < 2; times += 1)
    bed.emulator.faults.push({ on: 'start', times: 1, status: 401, type: 'token-not-valid' });
  const id = await newCampaign(bed);
  const submit = () => bed.refusal(SubmitClipDocument, { campaignId: id, url: newClip(bed, [1]).url }, 'keyless');
  expect(await submit()).toBe('UPSTREAM_UNAVAILABLE');
  expect(await submit()).toBe('UPSTREAM_UNAVAILABLE');
  const refused = (await list(ADMIN)).nodes.filter((each) => each.title.startsWith('The view source refuses'));
  expect(refused).toHaveLength(1);
});

test('P6 admins are told of a request and a cancellation, the clipper of every change', async () => {
  await newEarnings(bed, 'pat', '50.00');
  const { requestPayout } = await bed.ask(RequestPayoutDocument, input('50.00'), 'pat');
  expect((await list(ADMIN)).nodes[0]).toMatchObject({ type: 'PAYOUT_REQUESTED', subjectId: requestPayout.id });
  await bed.ask(CancelPayoutRequestDocument, { id: requestPayout.id }, 'pat');
  expect((await told(ADMIN))[0]).toBe('PAYOUT_CANCELLED');
  expect((await told('pat'))[0]).toBe('PAYOUT_CANCELLED');
  const again = (await bed.ask(RequestPayoutDocument, input('50.00'), 'pat')).requestPayout.id;
  await bed.ask(ApprovePayoutRequestDocument, { id: again }, ADMIN);
  expect((await list('pat')).nodes[0]).toMatchObject({ type: 'PAYOUT_APPROVED', subjectType: 'PayoutRequest' });
});

test('P6 what a clipper requests and cancels again and again is one unread notice to an admin, the newest, and has a daily bound', async () => {
  await newEarnings(bed, 'restless', '50.00');
  await newEarnings(bed, 'calm', '50.00');
  await bed.ask(RequestPayoutDocument, input('20.00'), 'calm');
  const unread = async () =>
    (await list(ADMIN, { unreadOnly: true })).nodes.filter((each) => each.body.startsWith('restless'));
  let cycles = 0;
  for (;;) {
    const { data, errors } = await bed.send(RequestPayoutDocument, input('20.00'), 'restless');
    if (!data) {
      expect(errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
      break;
    }
    expect((await unread()).map((each) => each.type)).toEqual(['PAYOUT_REQUESTED']);
    await bed.ask(CancelPayoutRequestDocument, { id: data.requestPayout.id }, 'restless');
    const [notice, ...more] = await unread();
    expect([notice?.type, notice?.subjectId, more]).toEqual(['PAYOUT_CANCELLED', data.requestPayout.id, []]);
    cycles += 1;
  }
  expect(cycles).toBe(CANCELLATIONS_PER_DAY);
  const calm = (await list(ADMIN, { unreadOnly: true })).nodes.filter((each) => each.body.startsWith('calm'));
  expect(calm.map((each) => each.type)).toEqual(['PAYOUT_REQUESTED']);
  expect((await told('restless')).filter((type) => type === 'PAYOUT_CANCELLED')).toHaveLength(CANCELLATIONS_PER_DAY);
  bed.clock.advance(DAY_MS);
  expect((await bed.send(RequestPayoutDocument, input('20.00'), 'restless')).errors).toBeUndefined();
});

test('P6 two of one name are told apart in what admins read', async () => {
  const bodies: string[] = [];
  for (const subject of ['same-name-1', 'same-name-2']) {
    await newEarnings(bed, subject, '50.00');
    await bed.ask(UpdateProfileDocument, { name: 'Pat Same' }, subject);
    await bed.ask(RequestPayoutDocument, input('20.00'), subject);
    bodies.push((await list(ADMIN)).nodes[0]?.body ?? '');
  }
  expect(bodies).toEqual([
    expect.stringMatching(/^Pat Same \([0-9a-f]{6}\) asks for 20\.00 USD\.$/),
    expect.stringMatching(/^Pat Same \([0-9a-f]{6}\) asks for 20\.00 USD\.$/),
  ]);
  expect(bodies[0]).not.toBe(bodies[1]);
});

test('P6 the payout-calculation tells each clipper with enough and no open request, once per newly ended campaign', async () => {
  const ready = async (caller: string) => (await told(caller)).filter((type) => type === 'PAYOUT_READY').length;
  await newEarnings(bed, 'rea', '15.00');
  await newEarnings(bed, 'open', '60.00');
  const { requestPayout } = await bed.ask(RequestPayoutDocument, input('20.00'), 'open');
  await calculatePayouts(bed.database.orm.em, bed.deps);
  expect([await ready('rea'), await ready('open')]).toEqual([0, 0]);
  await newEarnings(bed, 'rea', '5.00');
  await bed.ask(CancelPayoutRequestDocument, { id: requestPayout.id }, 'open');
  await Promise.all([1, 2, 3].map(() => calculatePayouts(bed.database.orm.em, bed.deps)));
  await callJob('payout-calculation', bed.database.orm, bed.deps);
  expect([await ready('rea'), await ready('open')]).toEqual([1, 1]);
  await newEarnings(bed, 'rea', '0.50');
  await callJob('payout-calculation', bed.database.orm, bed.deps);
  expect([await ready('rea'), await ready('open')]).toEqual([2, 1]);
});

test('T13 each slot of the payout-calculation is taken by one instance, and a missed one is made up for', async () => {
  const slots = () => bed.database.query('select slot from job_slot');
  const slot = new Date('2026-01-01T09:00:00.000Z');
  await Promise.all([1, 2, 3].map(() => calculatePayouts(bed.database.orm.em, bed.deps, slot)));
  expect(await slots()).toHaveLength(1);
  const schedule = await startSchedule(bed.database.orm, bed.deps);
  await schedule.stop();
  expect(await slots()).toHaveLength(2);
});

test('one’s own notifications are marked: some, all, and never another’s', async () => {
  const { nodes, unreadCount, totalCount } = await list('ann');
  expect([unreadCount, totalCount]).toEqual([nodes.length, nodes.length]);
  const mark = async (ids: string[] | null) =>
    (await bed.ask(MarkNotificationsReadDocument, { ids }, 'ann')).markNotificationsRead;
  const first = nodes[0]?.id ?? '';
  expect(await mark([first, first])).toEqual({ marked: 1, unreadCount: nodes.length - 1 });
  expect(await mark([first])).toEqual({ marked: 0, unreadCount: nodes.length - 1 });
  expect(await mark([])).toEqual({ marked: 0, unreadCount: nodes.length - 1 });
  expect((await list('ann', { unreadOnly: true })).totalCount).toBe(nodes.length - 1);
  expect(await bed.refusal(MarkNotificationsReadDocument, { ids: [first] }, 'late')).toBe('NOT_FOUND');
  expect(await bed.refusal(MarkNotificationsReadDocument, { ids: ['x'] }, 'ann')).toBe('NOT_FOUND');
  expect(await bed.refusal(MarkNotificationsReadDocument, { ids: Array(101).fill(first) }, 'ann')).toBe(
    'BAD_USER_INPUT',
  );
  expect(await mark(null)).toEqual({ marked: nodes.length - 1, unreadCount: 0 });
});

test('notificationAdded brings each notification once, made through whichever instance, to its user alone', async () => {
  let subscribed = 0;
  class CountingPubSub extends PubSub {
    override subscribe(...given: Parameters<PubSub['subscribe']>) {
      subscribed += 1;
      return super.subscribe(...given);
    }
  }
  const pubSub = new CountingPubSub(bed.database.url, bed.deps.log);
  await pubSub.start();
  const { settings } = bed.deps;
  const other = await createApi({
    orm: bed.database.orm,
    deps: bed.deps,
    pubSub,
    authenticate: createAuthenticate(settings, TEST_SECRET, new TestClock()),
    queueIsHealthy: async () => true,
    startJob: async () => null,
  });
  const address = await other.listen(0, '127.0.0.1');
  const heard: Record<string, string[]> = { sub: [], stranger: [] };
  const clients = [];
  for (const caller of ['sub', 'stranger']) {
    const client = createClient({
      url: `${address.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { Authorization: `Bearer ${await bed.token(caller)}` },
    });
    clients.push(client);
    client.subscribe<{ notificationAdded: { type: string } }>(
      { query: 'subscription { notificationAdded { type } }' },
      {
        next: ({ data }) => heard[caller]?.push(data?.notificationAdded.type ?? ''),
        error: () => undefined,
        complete: () => undefined,
      },
    );
  }
  await until('both have subscribed', () => subscribed === 2);
  const id = await newCampaign(bed);
  await newApprovedClip(bed, id, 'sub', [0]);
  await bed.ask(CompleteCampaignDocument, { id }, ADMIN);
  await until('both are heard', () => (heard.sub?.length ?? 0) >= 2);
  expect(heard).toEqual({ sub: ['SUBMISSION_APPROVED', 'CAMPAIGN_COMPLETED'], stranger: [] });
  for (const client of clients) await client.dispose();
  await other.stop();
  await pubSub.stop();
});
