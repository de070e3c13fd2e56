import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '../../src/shared/clock.js';
import { type Candidate, inOrderOfNeed, lateAfter, planRun as plan } from '../../src/tracking/plan.rules.js';

const NOW = new Date('2026-11-20T08:00:00.000Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);

const planRun = (candidates: Candidate[], perRun: number, now: Date, thisMonth = Number.POSITIVE_INFINITY) =>
  plan(candidates, { perRun, thisMonth }, now);

const candidate = (campaignId: string, liveClips: number, over: Partial<Candidate> = {}): Candidate => ({
  campaignId,
  title: campaignId,
  liveClips,
  hasUntriedClips: false,
  lastRoundAt: hoursAgo(4),
  pastEnd: false,
  waitingSince: over.lastRoundAt === undefined ? hoursAgo(4) : (over.lastRoundAt ?? NOW),
  ...over,
});
const ids = (list: Candidate[]) => list.map((each) => each.campaignId).join(' ');

test('T2 past their end, over 24 h ago with the oldest first, never tried, no round yet, then the stalest', () => {
  const all = [
    candidate('stale', 1, { lastRoundAt: hoursAgo(9) }),
    candidate('fresh', 1, { lastRoundAt: hoursAgo(1) }),
    candidate('none', 1, { lastRoundAt: null }),
    candidate('untried', 1, { hasUntriedClips: true }),
    candidate('day', 1, { lastRoundAt: hoursAgo(25) }),
    candidate('days', 1, { lastRoundAt: hoursAgo(50) }),
    candidate('ended', 1, { pastEnd: true }),
  ];
  expect(ids(inOrderOfNeed(all, NOW))).toBe('ended days day untried none stale fresh');
});

test.each([
  ['what fits is taken whole', [candidate('a', 60), candidate('b', 40)], 'a b'],
  [
    'what does not fit is passed over for the next',
    [candidate('a', 60), candidate('b', 50), candidate('c', 40)],
    'a c',
  ],
  ['one larger than the allowance gets a run of its own', [candidate('a', 101), candidate('b', 1)], 'a'],
  [
    'but does not push out what was taken before it',
    [candidate('a', 1), candidate('b', 101), candidate('c', 2)],
    'a c',
  ],
  ['one past its end costs no allowance', [candidate('z', 500, { pastEnd: true }), candidate('a', 100)], 'z a'],
  ['nothing to do', [], ''],
])('T1 all or none: %s', (_why, candidates, planned) => {
  expect(ids(planRun(candidates, 100, NOW))).toBe(planned);
});

test('T1 T2 whatever the campaigns: never over the allowance but for one alone, and each gets its turn', () => {
  const campaigns = fc.uniqueArray(
    fc.record({
      id: fc.uuid(),
      clips: fc.integer({ min: 1, max: 300 }),
      hours: fc.option(fc.integer({ min: 0, max: 23 })),
    }),
    { selector: (each) => each.id, minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(campaigns, (list) => {
      let waiting = list.map(({ id, clips, hours }) =>
        candidate(id, clips, { lastRoundAt: hours === null ? null : hoursAgo(hours) }),
      );
      const served = new Set<string>();
      for (let run = 0; run < list.length * 8 && served.size < list.length; run += 1) {
        const at = new Date(NOW.getTime() + run * 4 * HOUR_MS);
        const planned = planRun(waiting, 100, at);
        expect(planned.length).toBeGreaterThan(0);
        const total = planned.reduce((sum, each) => sum + each.liveClips, 0);
        expect(total <= 100 || planned.length === 1).toBe(true);
        for (const each of planned) served.add(each.campaignId);
        waiting = waiting.map((each) =>
          planned.includes(each) ? { ...each, lastRoundAt: at, waitingSince: at } : each,
        );
      }
      expect(served.size).toBe(list.length);
    }),
    { numRuns: 50 },
  );
});

test('T2 one that has waited over 24 h for its first round goes before newer ones', () => {
  const waiting = candidate('waiting', 1, { lastRoundAt: null, waitingSince: hoursAgo(30) });
  expect(ids(inOrderOfNeed([candidate('untried', 1, { hasUntriedClips: true }), waiting], NOW))).toBe(
    'waiting untried',
  );
});

test.each([
  ['what is left bounds the run', 50, 'a'],
  ['a campaign larger than the run’s allowance still has to fit into the month', 250, 'a b'],
  ['nothing is left', 0, ''],
])('T15 the month: %s', (_why, thisMonth, planned) => {
  expect(ids(planRun([candidate('a', 40), candidate('b', 60)], 100, NOW, thisMonth))).toBe(planned);
  expect(ids(planRun([candidate('large', 300)], 100, NOW, thisMonth))).toBe('');
});

test('T2 a day is 24 hours, not a moment less', () => {
  const exactly = candidate('exactly', 1, { lastRoundAt: new Date(NOW.getTime() - DAY_MS) });
  const over = candidate('over', 1, { lastRoundAt: new Date(NOW.getTime() - DAY_MS - 1) });
  expect(ids(inOrderOfNeed([exactly, candidate('untried', 1, { hasUntriedClips: true }), over], NOW))).toBe(
    'over untried exactly',
  );
});

test('T2 of campaigns that have waited equally long the one with the lower id comes first', () => {
  const same = ['b', 'c', 'a'].map((id) => candidate(id, 1));
  expect(ids(inOrderOfNeed(same, NOW))).toBe('a b c');
  expect(ids(inOrderOfNeed(same.toReversed(), NOW))).toBe('a b c');
});

test('T1 T15 one that is just as large as the allowance leaves room for one that costs none; one just as large as the month fits', () => {
  expect(ids(planRun([candidate('a', 100), candidate('b', 0)], 100, NOW))).toBe('a b');
  expect(ids(planRun([candidate('large', 300)], 100, NOW, 300))).toBe('large');
});

test('T2 a campaign that has waited over a day and gets no round is late; one that waited a day exactly is not', () => {
  const waited = (id: string, ms: number) => candidate(id, 1, { lastRoundAt: new Date(NOW.getTime() - ms) });
  const all = [waited('planned', 2 * DAY_MS), waited('exactly', DAY_MS), waited('over', DAY_MS + 1), waited('new', 1)];
  expect(ids(lateAfter(all, all.slice(0, 1), NOW))).toBe('over');
  expect(ids(lateAfter(all, [], NOW))).toBe('planned over');
  expect(lateAfter(all, all, NOW)).toEqual([]);
});
