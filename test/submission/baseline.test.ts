import {
  PauseCampaignDocument,
  ResumeCampaignDocument,
  SubmitClipDocument,
  WithdrawSubmissionDocument,
} from '../../schema/generated/graphql.js';
import { DAY_MS, dayAround, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/shared/clock.js';
import { READ_LEASE_MS } from '../../src/submission/baseline.rules.js';
import { submitClip } from '../../src/submission/submission.service.js';
import { findViewer } from '../../src/user/user.service.js';
import { holdReads, queueOnUser } from '../support/held-reads.js';
import { startInstance } from '../support/instance.js';
import { ADMIN, newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const LIMIT = 4;

let bed: Testbed;
let campaignId: string;
beforeAll(async () => {
  bed = await createTestbed({ settings: { SUBMISSIONS_PER_DAY: String(LIMIT) }, queueForLocks: true });
  // No test begins on one day and ends on the next.
  bed.clock.advance(dayAround(bed.clock.now()).secondsLeft * SECOND_MS + HOUR_MS);
  campaignId = await newCampaign(bed, { budget: '1000.00' });
});
afterAll(() => bed.stop());
afterEach(() => {
  bed.emulator.faults.length = 0;
});

const submit = (clipper: string, url: string, id = campaignId) =>
  bed.send(SubmitClipDocument, { campaignId: id, url }, clipper);
type Outcome = Awaited<ReturnType<typeof submit>>;
const outcome = ({ errors }: Outcome) => errors?.[0]?.extensions.code ?? 'ok';
const submitted = async (clipper: string, url: string, id = campaignId) => outcome(await submit(clipper, url, id));
const fresh = () => newClip(bed, [1]).url;
const gone = () => newClip(bed, ['REMOVED']).url;
const bought = async (work: () => Promise<unknown>) => {
  const before = bed.emulator.runs.length;
  await work();
  return bed.emulator.runs.length - before;
};
const storedBy = async (clipper: string) =>
  (
    await bed.database.query(
      'select 1 from clip_submission s join "user" u on u.id = s.clipper_id where u.subject = $1',
      [clipper],
    )
  ).length;
const readsOf = (clipper: string) =>
  bed.database.query<{ outcome: string | null; views: string | null }>(
    'select outcome, views from baseline_read r join "user" u on u.id = r.clipper_id where u.subject = $1 order by r.id',
    [clipper],
  );

test('S4 each read counts although nothing is stored; the next day goes on', async () => {
  for (let n = 0; n < LIMIT; n += 1) expect(await submitted('waster', gone())).toBe('BAD_USER_INPUT');
  let refused: Outcome | undefined;
  const runs = await bought(async () => {
    refused = await submit('waster', fresh());
  });
  expect([runs, refused && outcome(refused), await storedBy('waster')]).toEqual([0, 'RATE_LIMITED', 0]);
  expect(refused?.errors?.[0]?.extensions.retryAfterSeconds).toBeGreaterThan(0);
  bed.clock.advance(DAY_MS);
  expect(await submitted('waster', fresh())).toBe('ok');
});

test('S4 of the calls at once two are read, the others are RATE_LIMITED and buy nothing', async () => {
  const held = holdReads(bed, 2);
  const first = [submit('eager', fresh()), submit('eager', fresh())];
  await held.waiting(2);
  const runs = await bought(async () => {
    const others = await Promise.all(Array.from({ length: 8 }, () => submit('eager', fresh())));
    expect(others.map(outcome)).toEqual(Array(8).fill('RATE_LIMITED'));
    expect(others[0]?.errors?.[0]?.extensions.retryAfterSeconds).toBeGreaterThan(0);
  });
  expect(runs).toBe(0);
  expect(await submitted('somebody-else', fresh())).toBe('ok');
  held.open();
  expect((await Promise.all(first)).map(outcome)).toEqual(['ok', 'ok']);
  expect(await submitted('eager', fresh())).toBe('ok');
});

test.each([
  ['the first that asked', 'last-slot-1', ['ok', 'RATE_LIMITED']],
  ['the other, when it asked first', 'last-slot-2', ['RATE_LIMITED', 'ok']],
])('S4 of two calls at once for the last read of the day it goes to %s', async (_who, clipper, expected) => {
  for (let n = 1; n < LIMIT; n += 1) expect(await submitted(clipper, fresh())).toBe('ok');
  const answers = new Map<string, string>();
  const call = (name: string) => async () => void answers.set(name, await submitted(clipper, fresh()));
  const order = expected[0] === 'ok' ? ['a', 'b'] : ['b', 'a'];
  await queueOnUser(
    bed,
    clipper,
    order.map((name) => call(name)),
  );
  expect([answers.get('a'), answers.get('b')]).toEqual(expected);
  expect(await storedBy(clipper)).toBe(LIMIT);
});

test('S4 a read in flight holds its place in the day until it has failed, then the place is given back', async () => {
  for (let n = 1; n < LIMIT; n += 1) expect(await submitted('patient', fresh())).toBe('ok');
  bed.emulator.faults.push({ on: 'start', times: 3, runStatus: 'FAILED', items: () => [] });
  const held = holdReads(bed, 1);
  const failing = submitted('patient', fresh());
  await held.waiting(1);
  expect(await submitted('patient', fresh())).toBe('RATE_LIMITED');
  held.open();
  expect(await failing).toBe('UPSTREAM_UNAVAILABLE');
  expect(await submitted('patient', fresh())).toBe('ok');
  expect(await submitted('patient', fresh())).toBe('RATE_LIMITED');
});

test('S4 at most ten reads a day are given back when the source fails', async () => {
  bed.emulator.faults.push({ on: 'start', times: 1_000, status: 503 });
  const answers: string[] = [];
  for (let n = 0; n < 10 + LIMIT + 1; n += 1) answers.push(await submitted('unlucky', fresh()));
  expect(answers).toEqual([...Array(10 + LIMIT).fill('UPSTREAM_UNAVAILABLE'), 'RATE_LIMITED']);
  expect(await storedBy('unlucky')).toBe(0);
});

test.each([
  ['gone', 'REMOVED' as const, 'BAD_USER_INPUT', 1],
  ['not known to the source', null, 'UPSTREAM_UNAVAILABLE', 3],
])(
  'S4 a clip that is %s is not bought again for 10 minutes, by whomever, and counts for nobody',
  async (what, answer, code, tries) => {
    const { url } = newClip(bed, [answer, answer, answer, 5]);
    expect(await bought(async () => expect(await submitted(`finder ${what}`, url)).toBe(code))).toBe(tries);
    for (const clipper of [`finder ${what}`, `other ${what}`])
      expect(await bought(async () => expect(await submitted(clipper, url)).toBe(code))).toBe(0);
    expect([(await readsOf(`finder ${what}`)).length, (await readsOf(`other ${what}`)).length]).toEqual([1, 0]);
    bed.clock.advance(10 * MINUTE_MS + SECOND_MS);
    expect(await bought(() => submitted(`other ${what}`, url))).toBeGreaterThan(0);
  },
);

test('S4 two clippers who read the same clip at once both learn that it is gone; whoever comes after them buys nothing', async () => {
  const url = gone();
  const held = holdReads(bed, 2);
  const both = [submitted('twin-1', url), submitted('twin-2', url)];
  await held.waiting(2);
  held.open();
  expect(await Promise.all(both)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
  expect(await bought(async () => expect(await submitted('twin-3', url)).toBe('BAD_USER_INPUT'))).toBe(0);
});

test('S4 a count that could not be stored is kept for 10 minutes: trying again buys nothing and counts nothing', async () => {
  const id = await newCampaign(bed);
  const { url } = newClip(bed, [10, 20, 30, 40, 50]);
  const whilePaused = async (clipper: string) => {
    const held = holdReads(bed, 1);
    const paused = submitted(clipper, url, id);
    await held.waiting(1);
    await bed.ask(PauseCampaignDocument, { id }, ADMIN);
    held.open();
    expect(await paused).toBe('CONFLICT');
    await bed.ask(ResumeCampaignDocument, { id }, ADMIN);
  };
  await whilePaused('keeper');
  await whilePaused('late keeper');
  const elsewhere = await newCampaign(bed);
  expect((await submit('keeper', url, elsewhere)).data?.submitClip.initialViews).toBe(30);
  let kept: Outcome | undefined;
  const runs = await bought(async () => {
    kept = await submit('keeper', url, id);
  });
  expect([runs, kept?.data?.submitClip.initialViews, (await readsOf('keeper')).length]).toEqual([0, 10, 2]);
  await bed.ask(WithdrawSubmissionDocument, { id: kept?.data?.submitClip.id ?? '' }, 'keeper');
  bed.clock.advance(10 * MINUTE_MS + SECOND_MS);
  expect((await submit('late keeper', url, id)).data?.submitClip.initialViews).toBe(40);
});

test('S4 what is submitted and withdrawn again and again buys one read, and is stored no more often than the day allows', async () => {
  const url = fresh();
  const answers: string[] = [];
  const runs = await bought(async () => {
    for (let n = 0; n <= LIMIT; n += 1) {
      const answer = await submit('wavering', url);
      answers.push(outcome(answer));
      if (answer.data) await bed.ask(WithdrawSubmissionDocument, { id: answer.data.submitClip.id }, 'wavering');
    }
  });
  expect([runs, answers]).toEqual([1, [...Array(LIMIT).fill('ok'), 'RATE_LIMITED']]);
});

test('S4 whoever repeats their PENDING link gets that submission, without a read, even when the day is full', async () => {
  const urls = Array.from({ length: LIMIT }, fresh);
  const ids: (string | undefined)[] = [];
  for (const url of urls) ids.push((await submit('forgetful', url)).data?.submitClip.id);
  const again: (string | undefined)[] = [];
  const runs = await bought(async () => {
    for (const url of urls) again.push((await submit('forgetful', `Look: ${url}?x=1 !`)).data?.submitClip.id);
  });
  expect([runs, again]).toEqual([0, ids]);
  expect(await submitted('forgetful', fresh())).toBe('RATE_LIMITED');
});

test('S4 no answer in time is UPSTREAM_UNAVAILABLE, nothing is stored, and the read is given back', async () => {
  await submit('hurried', fresh());
  const [{ id } = { id: '' }] = await bed.database.query<{ id: string }>('select id from "user" where subject = $1', [
    'hurried',
  ]);
  const viewer = await findViewer(bed.database.orm.em.fork(), id);
  if (!viewer) throw new Error('no viewer');
  const held = holdReads(bed, 1);
  const slow = submitClip(bed.database.orm.em.fork(), bed.deps, viewer, { campaignId, url: fresh() }, 1_500);
  await expect(slow).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  held.open();
  expect(await storedBy('hurried')).toBe(1);
  expect(await readsOf('hurried')).toEqual([
    { outcome: 'VALUE', views: '1' },
    { outcome: 'FAILED', views: null },
  ]);
});

test('S4 two in flight are counted over all instances; those of an instance that died are given back', async () => {
  // Its clock is that of the other instance.
  const own = await createTestbed({ settings: { SUBMISSIONS_PER_DAY: String(LIMIT) } });
  const other = await startInstance(own.database.url, own.emulator.url, { SUBMISSIONS_PER_DAY: String(LIMIT) });
  const held = holdReads(own, 2);
  try {
    const id = await newCampaign(own);
    const input = () => ({ campaignId: id, url: newClip(own, [1]).url });
    const roam = async () => outcome(await own.send(SubmitClipDocument, input(), 'roaming'));
    const there = fetch(`${other.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await own.token('roaming')}` },
      body: JSON.stringify({
        query: 'mutation ($input: SubmitClipInput!) { submitClip(input: $input) { id } }',
        variables: { input: input() },
      }),
    }).catch(() => undefined);
    await held.waiting(1);
    const here = roam();
    await held.waiting(2);
    expect(await roam()).toBe('RATE_LIMITED');
    await other.end('SIGKILL');
    await there;
    held.open();
    expect(await here).toBe('ok');
    const outcomes = await own.database.query('select outcome from baseline_read order by outcome nulls first');
    expect(outcomes).toEqual([{ outcome: null }, { outcome: 'VALUE' }]);
    own.clock.advance(READ_LEASE_MS + SECOND_MS);
    for (let n = 1; n < LIMIT; n += 1) expect(await roam()).toBe('ok');
    expect(await roam()).toBe('RATE_LIMITED');
  } finally {
    held.open();
    await other.end('SIGKILL');
    await own.stop();
  }
});

test('S4 old reads are removed as new ones end', async () => {
  await bed.database.query(
    `insert into baseline_read (id, clipper_id, campaign_id, platform, video_id, started_at, finished_at, outcome)
     select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'TIKTOK', '1', $1::timestamptz - interval '3 days', $1, 'GONE' from generate_series(1, 150)`,
    [bed.clock.now()],
  );
  const old = async () => (await bed.database.query("select 1 from baseline_read where video_id = '1'")).length;
  const left: number[] = [];
  for (let n = 0; n < 2; n += 1) {
    await submit('tidy', fresh());
    left.push(await old());
  }
  expect(left).toEqual([50, 0]);
});
