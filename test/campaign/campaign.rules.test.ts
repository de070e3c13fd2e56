import fc from 'fast-check';
import { CampaignStatus } from '../../src/campaign/campaign.enums.js';
import {
  type CampaignTerms,
  checkDates,
  checkTerms,
  describeTerms,
  isEnded,
  isOpen,
  isPastEnd,
  publishedStatus,
  requireChangeable,
  requireTransition,
} from '../../src/campaign/campaign.rules.js';
import { Platform } from '../../src/platform/platform.js';
import { parseMoney } from '../../src/shared/money.js';
import { refusalOf } from '../support/refusal.js';

const END = new Date('2026-11-20T12:00:00.000Z');
const at = (ms: number) => new Date(END.getTime() + ms);
const money = (text: string) => parseMoney(text) ?? 0n;

test.each([
  ['a millisecond before', -1, false],
  ['at the instant itself', 0, true],
  ['a millisecond after', 1, true],
])('C6 %s of its deadline a campaign is past it: %s', (_when, ms, past) => {
  expect(isPastEnd({ endsAt: END }, at(ms))).toBe(past);
  expect(isPastEnd({ endsAt: null }, at(ms))).toBe(false);
});

test.each([
  ['a start that lies ahead', at(1), CampaignStatus.SCHEDULED],
  ['a start that is now', END, CampaignStatus.ACTIVE],
  ['no start', null, CampaignStatus.ACTIVE],
])('C1 with %s publishing leads to the right status', (_what, startsAt, status) => {
  expect(publishedStatus({ startsAt, endsAt: null }, END)).toBe(status);
  expect(() => publishedStatus({ startsAt, endsAt: END }, END)).toThrow(/deadline/);
});

test('V4 events and audit hold every term, money as decimal strings and instants as texts', () => {
  const terms = {
    title: 'Sneakers',
    description: 'Wear them.',
    budget: money('100.00'),
    cpm: money('1.50'),
    platforms: [Platform.TIKTOK],
    requirements: ['Show the logo'],
    minViews: 1_000n,
    maxEarningsPerClip: money('25.00'),
    startsAt: at(-1),
    endsAt: END,
    adCampaignId: 'ad-1',
  };
  expect(describeTerms(terms)).toEqual({
    title: 'Sneakers',
    description: 'Wear them.',
    budget: '100.00',
    cpm: '1.50',
    platforms: ['TIKTOK'],
    requirements: ['Show the logo'],
    minViews: '1000',
    maxEarningsPerClip: '25.00',
    startsAt: '2026-11-20T11:59:59.999Z',
    endsAt: '2026-11-20T12:00:00.000Z',
    adCampaignId: 'ad-1',
  });
  const cleared = { maxEarningsPerClip: null, startsAt: null, endsAt: null, adCampaignId: null };
  expect(describeTerms(cleared)).toMatchObject(cleared);
});

const { DRAFT, SCHEDULED, ACTIVE, PAUSED, COMPLETED, CANCELLED } = CampaignStatus;
const STATUSES = Object.values(CampaignStatus);
const ALLOWED = [
  [DRAFT, SCHEDULED],
  [DRAFT, ACTIVE],
  [DRAFT, CANCELLED],
  [SCHEDULED, ACTIVE],
  [SCHEDULED, DRAFT],
  [SCHEDULED, CANCELLED],
  [ACTIVE, PAUSED],
  [ACTIVE, COMPLETED],
  [ACTIVE, CANCELLED],
  [PAUSED, ACTIVE],
  [PAUSED, COMPLETED],
  [PAUSED, CANCELLED],
];
test.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))(
  'C1 %s becomes %s only along the ways there are',
  (from, to) => {
    const allowed = ALLOWED.some(([one, other]) => one === from && other === to);
    expect(refusalOf(() => requireTransition({ status: from }, to))).toBe(allowed ? 'accepted' : 'CONFLICT');
  },
);

test('C1 a campaign is open, ended, or not yet begun', () => {
  expect(STATUSES.filter(isOpen)).toEqual([ACTIVE, PAUSED]);
  expect(STATUSES.filter(isEnded)).toEqual([COMPLETED, CANCELLED]);
});

const texts = (count: number) => Array.from({ length: count }, () => 'x');
test.each<[keyof CampaignTerms, unknown, string]>([
  ['budget', money('0.01'), 'accepted'],
  ['budget', money('0.009999'), 'input.budget'],
  ['budget', money('1000000000'), 'accepted'],
  ['budget', money('1000000000.000001'), 'input.budget'],
  ['cpm', money('0.001'), 'accepted'],
  ['cpm', 0n, 'input.cpm'],
  ['cpm', money('10000'), 'accepted'],
  ['cpm', money('10000.001'), 'input.cpm'],
  ['cpm', money('1.0001'), 'input.cpm'],
  ['maxEarningsPerClip', null, 'accepted'],
  ['maxEarningsPerClip', money('0.01'), 'accepted'],
  ['maxEarningsPerClip', money('0.009999'), 'input.maxEarningsPerClip'],
  ['maxEarningsPerClip', money('1000000000.01'), 'input.maxEarningsPerClip'],
  ['minViews', 0n, 'accepted'],
  ['minViews', -1n, 'input.minViews'],
  ['minViews', 1_000_000_000n, 'accepted'],
  ['minViews', 1_000_000_001n, 'input.minViews'],
  ['platforms', [], 'input.platforms'],
  ['platforms', [Platform.TIKTOK], 'accepted'],
  ['requirements', texts(50), 'accepted'],
  ['requirements', texts(51), 'input.requirements'],
  ['requirements', ['ok', ''], 'input.requirements.1'],
  ['requirements', ['x'.repeat(500)], 'accepted'],
  ['requirements', ['x'.repeat(501)], 'input.requirements.0'],
  ['title', ' ', 'input.title'],
  ['title', 'x'.repeat(200), 'accepted'],
  ['title', '\u{1f600}'.repeat(200), 'accepted'],
  ['title', 'x'.repeat(201), 'input.title'],
  ['title', 'a\u0000b', 'input.title'],
  ['title', 'a\nb\rc\td', 'accepted'],
  ['description', '', 'accepted'],
  ['description', 'x'.repeat(10_000), 'accepted'],
  ['description', 'x'.repeat(10_001), 'input.description'],
  ['adCampaignId', null, 'accepted'],
  ['adCampaignId', 'x'.repeat(100), 'accepted'],
  ['adCampaignId', '', 'input.adCampaignId'],
  ['adCampaignId', 'x'.repeat(101), 'input.adCampaignId'],
])('M2 M3 %s of %p is %s', (name, value, answer) => {
  const refusal = refusalOf(() => checkTerms({ [name]: value }));
  expect(refusal).toBe(answer === 'accepted' ? answer : `BAD_USER_INPUT ${answer}`);
});

test('terms are kept trimmed and normalised, platforms once each, and what is absent stays absent', () => {
  expect(
    checkTerms({
      title: ' e\u0301 ',
      description: ' d ',
      platforms: [Platform.TIKTOK, Platform.TIKTOK, Platform.YOUTUBE],
      requirements: [' r '],
      adCampaignId: ' a ',
      budget: 10_000n,
    }),
  ).toEqual({
    title: '\u00e9',
    description: 'd',
    platforms: ['TIKTOK', 'YOUTUBE'],
    requirements: ['r'],
    adCampaignId: 'a',
    budget: 10_000n,
  });
  expect(checkTerms({})).toEqual({});
  expect(checkTerms({ adCampaignId: null })).toEqual({ adCampaignId: null });
});

test('M2 an accepted CPM pays a whole number of micros for each view', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -1n, max: 11_000_000_000n }), (cpm) => {
      const accepted = refusalOf(() => checkTerms({ cpm })) === 'accepted';
      expect(accepted).toBe(cpm % 1_000n === 0n && cpm >= 1_000n && cpm <= 10_000_000_000n);
    }),
  );
});

test.each([
  ['no end', { startsAt: at(5), endsAt: null }, true, 'accepted'],
  ['an end ahead', { startsAt: null, endsAt: at(1) }, true, 'accepted'],
  ['an end that is now', { startsAt: null, endsAt: END }, true, 'BAD_USER_INPUT input.endsAt'],
  ['an end that has passed, left as it is', { startsAt: null, endsAt: at(-1) }, false, 'accepted'],
  ['an end after the start', { startsAt: at(1), endsAt: at(2) }, true, 'accepted'],
  ['an end at the start', { startsAt: at(2), endsAt: at(2) }, true, 'BAD_USER_INPUT input.endsAt'],
  ['a start after the end', { startsAt: at(3), endsAt: at(2) }, false, 'BAD_USER_INPUT input.startsAt'],
])('C3 dates with %s', (_what, dates, endIsSet, answer) => {
  expect(refusalOf(() => checkDates(dates, endIsSet, END))).toBe(answer);
});

test.each([
  ['raising the budget', ACTIVE, { budget: money('150') }, 'accepted'],
  ['keeping the budget when all is spent', ACTIVE, { budget: money('100') }, 'accepted', money('100')],
  ['lowering the budget to more than is spent', ACTIVE, { budget: money('50.000001') }, 'accepted'],
  ['lowering the budget to what is spent', ACTIVE, { budget: money('50') }, 'CONFLICT'],
  ['the title after the end', COMPLETED, { title: 'x' }, 'CONFLICT'],
  ['the title after it was cancelled', CANCELLED, { title: 'x' }, 'CONFLICT'],
  ['adCampaignId after the end', COMPLETED, { adCampaignId: 'x' }, 'accepted'],
  ['adCampaignId and the title after the end', COMPLETED, { adCampaignId: 'x', title: 'x' }, 'CONFLICT'],
  ['what is left out after the end', COMPLETED, { title: undefined }, 'accepted'],
  ['the start before it', SCHEDULED, { startsAt: at(9) }, 'accepted'],
  ['the start after it', ACTIVE, { startsAt: at(9) }, 'CONFLICT'],
  ['the start after it, to none', PAUSED, { startsAt: null }, 'CONFLICT'],
  ['the start after it, to what it was', ACTIVE, { startsAt: at(-9) }, 'accepted'],
])('C3 a change is allowed or refused: %s', (_what, status, change, answer, spent = money('50')) => {
  const campaign = { status, budget: money('100'), startsAt: at(-9) };
  expect(refusalOf(() => requireChangeable(campaign as never, change, spent))).toBe(answer);
});

test('C3 a campaign without a start gets none once it is open', () => {
  const campaign = { status: ACTIVE, budget: money('100'), startsAt: null } as never;
  expect(refusalOf(() => requireChangeable(campaign, { startsAt: END }, 0n))).toBe('CONFLICT');
  expect(refusalOf(() => requireChangeable(campaign, { startsAt: null }, 0n))).toBe('accepted');
});
