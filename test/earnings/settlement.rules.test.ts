import fc from 'fast-check';
import {
  addToTally,
  afterReading,
  decideRound as decide,
  emptyTally,
  type RoundClip,
  type RoundFacts,
} from '../../src/earnings/settlement/settlement.rules.js';
import { ReadingOutcome } from '../../src/platform/view-probe.js';
import { DAY_MS } from '../../src/shared/clock.js';
import { ClipState } from '../../src/submission/submission.enums.js';

const NOW = new Date('2026-11-20T08:00:00.000Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

let number = 0;
const clip = (over: Partial<RoundClip> = {}): RoundClip => {
  number += 1;
  return {
    clipId: `clip-${number}`,
    readingId: `reading-${number}`,
    initialViews: 0n,
    views: 1_000n,
    cpm: 1_000_000n,
    minViews: 0n,
    maxEarnings: null,
    earnings: 1_000_000n,
    state: ClipState.LIVE,
    outcome: ReadingOutcome.VALUE,
    readViews: 2_000n,
    readAt: NOW,
    strike: false,
    failures: 0,
    lastValueAt: daysAgo(1),
    approvedAt: daysAgo(2),
    suspectViews: null,
    markReadingId: 'earlier',
    ...over,
  };
};
const missing = (over: Partial<RoundClip> = {}) => clip({ outcome: ReadingOutcome.MISSING, readViews: null, ...over });
const facts = (over: Partial<RoundFacts> = {}): RoundFacts => ({
  campaignIsOpen: true,
  timeIsUp: false,
  remaining: 10n ** 12n,
  budgetWaits: 0,
  ...over,
});
const decideRound = (round: RoundClip[], given: RoundFacts) => {
  const tally = emptyTally();
  const after = addToTally(tally, round, 6);
  return { clips: after, ...decide(tally, given) };
};
const clips = (values: number, unread: number) => [
  ...Array.from({ length: values }, () => clip()),
  ...Array.from({ length: unread }, () => missing()),
];

test.each([
  ['a rise sets the mark', { readViews: 2_000n }, { views: 2_000n, failures: 0, state: 'LIVE' }],
  ['the mark is of the reading that made it', { readViews: 1_001n }, { views: 1_001n, lastValueAt: NOW }],
  ['the same count again leaves the mark to the earlier reading', { readViews: 1_000n }, { markReadingId: 'earlier' }],
  [
    'MISSING leaves when it was last read with a VALUE',
    { outcome: ReadingOutcome.MISSING, readViews: null },
    { lastValueAt: daysAgo(1), views: 1_000n, markReadingId: 'earlier' },
  ],
  [
    'SUSPECT quarantines nobody, whatever came before it',
    { outcome: ReadingOutcome.SUSPECT, readViews: 10n ** 9n, failures: 9, strike: true },
    { state: 'LIVE', lastValueAt: daysAgo(1) },
  ],
  ['REMOVED forgets a SUSPECT', { outcome: ReadingOutcome.REMOVED, suspectViews: 7n }, { suspectViews: null }],
  ['a fall keeps it', { readViews: 500n }, { views: 1_000n, markReadingId: 'earlier' }],
  [
    'SUSPECT keeps it and is no failure',
    { outcome: ReadingOutcome.SUSPECT, readViews: 10n ** 9n, failures: 5, strike: false },
    { views: 1_000n, failures: 5, suspectViews: 10n ** 9n, state: 'LIVE' },
  ],
  [
    'MISSING forgets no SUSPECT',
    { outcome: ReadingOutcome.MISSING, readViews: null, suspectViews: 7n },
    { suspectViews: 7n },
  ],
  ['a VALUE forgets it', { suspectViews: 7n }, { suspectViews: null }],
])('T7 %s', (_why, over, after) => {
  expect(afterReading(clip(over), 6)).toMatchObject(after);
});

test.each([
  [
    'the sixth failure in a row makes it UNAVAILABLE',
    { failures: 5, strike: true },
    { failures: 6, state: 'UNAVAILABLE' },
  ],
  ['the fifth does not', { failures: 4, strike: true }, { failures: 5, state: 'LIVE' }],
  ['a MISSING of the source itself does not count', { failures: 5, strike: false }, { failures: 5, state: 'LIVE' }],
  ['7 days without a VALUE do', { strike: true, lastValueAt: daysAgo(7.1) }, { state: 'UNAVAILABLE' }],
  ['7 days exactly do not', { strike: true, lastValueAt: daysAgo(7) }, { state: 'LIVE' }],
  [
    '7 days since approval without a first VALUE do',
    { strike: true, lastValueAt: null, approvedAt: daysAgo(7.1) },
    { state: 'UNAVAILABLE' },
  ],
])('T8 %s', (_why, over, after) => {
  expect(afterReading(missing(over), 6)).toMatchObject(after);
});

test('T8 C1 after a pause of 8 days an outage of the source quarantines nobody: what was gained is still to be paid', () => {
  const { clips: after } = decideRound(
    [1, 2, 3].map(() => missing({ lastValueAt: daysAgo(8) })),
    facts(),
  );
  expect(after.map((each) => each.state)).toEqual(['LIVE', 'LIVE', 'LIVE']);
});

test('T8 a VALUE makes an UNAVAILABLE clip LIVE again', () => {
  expect(afterReading(clip({ state: ClipState.UNAVAILABLE, failures: 9 }), 6)).toMatchObject({
    state: 'LIVE',
    failures: 0,
  });
});

test.each([
  [3, 1, false],
  [2, 1, false],
  [1, 1, false],
  [0, 1, false],
  [4, 2, false],
  [3, 2, true],
  [0, 2, true],
  [7, 3, false],
  [5, 3, true],
])(
  'T6 with %d clips read and %d not, abandoned: %p (more than a third, and at least two)',
  (values, unread, abandoned) => {
    const decision = decideRound(clips(values, unread), facts());
    expect(decision.abandon?.cause ?? null).toBe(abandoned ? 'TOO_MANY_UNREAD' : null);
    if (abandoned) expect(decision.shares).toEqual([]);
    expect(decision.clips.filter((each) => each.views === 2_000n)).toHaveLength(values);
  },
);

test('T6 T8 a tally counts the clips of a round: read, unread, suspect, lost, and what they claim', () => {
  const tally = emptyTally();
  expect(tally).toEqual({ counted: 0, unread: 0, succeeded: 0, total: 0, claims: [], suspects: 0, lost: [] });
  const suspect = clip({ outcome: ReadingOutcome.SUSPECT, readViews: 10n ** 9n });
  const lost = missing({ clipId: 'lost', strike: true, failures: 5 });
  const gone = missing({ state: ClipState.UNAVAILABLE, strike: true, failures: 9 });
  const found = clip({ clipId: 'found', state: ClipState.UNAVAILABLE });
  const read = clip({ clipId: 'read' });
  addToTally(tally, [read, found, suspect], 6);
  const after = addToTally(tally, [missing(), lost, gone], 6);
  expect(after.map((each) => each.state)).toEqual(['LIVE', 'UNAVAILABLE', 'UNAVAILABLE']);
  expect(tally).toEqual({
    counted: 4,
    unread: 2,
    succeeded: 2,
    total: 6,
    claims: ['read', 'found'].map((clipId) => ({ clipId, owed: 1_000_000n, capped: false })),
    suspects: 1,
    lost: ['lost'],
  });
});

test('T6 T12 why no money moves is told: the campaign first, then the time, then what is unread', () => {
  const unread = clips(0, 3);
  const causes = [
    facts({ campaignIsOpen: false, timeIsUp: true }),
    facts({ timeIsUp: true }),
    facts({ remaining: 0n }),
  ].map((given) => decideRound(unread, given).abandon);
  expect(causes.map((each) => each?.cause)).toEqual(['CAMPAIGN_NOT_OPEN', 'TIME_LIMIT', 'TOO_MANY_UNREAD']);
  expect(causes[1]?.reason).toMatch(/TRACKING_RUN_MAX_MINUTES/);
  expect(causes[2]?.reason).toMatch(/^3 of 3 clips/);
});

test('T6 T8 UNAVAILABLE clips block no round', () => {
  const unavailable = [1, 2, 3].map(() => missing({ state: ClipState.UNAVAILABLE }));
  expect(decideRound([clip(), ...unavailable], facts()).abandon).toBeNull();
});

test('T6 a round that would fill the budget waits for every clip, three times in a row at most', () => {
  const round = clips(4, 1);
  expect(decideRound(round, facts({ remaining: 4_000_001n })).abandon).toBeNull();
  expect(decideRound(round, facts({ remaining: 4_000_000n })).abandon?.cause).toBe('BUDGET_NEEDS_EVERY_CLIP');
  expect(decideRound(round, facts({ remaining: 4_000_000n, budgetWaits: 2 })).abandon?.cause).toBe(
    'BUDGET_NEEDS_EVERY_CLIP',
  );
  expect(decideRound(round, facts({ remaining: 4_000_000n, budgetWaits: 3 })).shares).toHaveLength(4);
  expect(decideRound(clips(4, 0), facts({ remaining: 3_000_000n })).shares).toHaveLength(4);
});

test('T10 a campaign that is no longer open: readings are kept, no money moves', () => {
  const decision = decideRound(clips(2, 0), facts({ campaignIsOpen: false }));
  expect(decision.abandon?.cause).toBe('CAMPAIGN_NOT_OPEN');
  expect(decision.shares).toEqual([]);
  expect(decision.clips.every((each) => each.views === 2_000n)).toBe(true);
});

test('T7 T8 whatever is read, a mark never falls, and only a VALUE raises it', () => {
  const count = fc.bigInt({ min: 0n, max: 10n ** 11n });
  fc.assert(
    fc.property(count, count, fc.constantFrom(...Object.values(ReadingOutcome)), (views, readViews, outcome) => {
      const value = outcome === ReadingOutcome.VALUE;
      const after = afterReading(clip({ views, outcome, readViews: value ? readViews : null }), 6);
      expect(after.views).toBe(value && readViews > views ? readViews : views);
      expect(after.markReadingId === 'earlier').toBe(after.views === views);
    }),
  );
});
