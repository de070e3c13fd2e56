import fc from 'fast-check';
import { CampaignStatus } from '../../src/campaign/campaign.enums.js';
import { claimOf } from '../../src/earnings/settlement/allotment.rules.js';
import { type EarningFacts, whyNotEarning } from '../../src/earnings/why-not-earning.rules.js';
import { ClipState } from '../../src/submission/submission.enums.js';

const AT = new Date('2026-11-20T08:00:00.000Z');
const facts = (over: Partial<EarningFacts> = {}): EarningFacts => ({
  state: ClipState.LIVE,
  campaignStatus: CampaignStatus.ACTIVE,
  initialViews: 1_000n,
  views: 5_000n,
  minViews: 500n,
  maxEarnings: 50_000_000n,
  earnings: 4_000_000n,
  lastTrackedAt: AT,
  lastOutcome: 'VALUE',
  lastValueAt: AT,
  ...over,
});

test.each<[string, Partial<EarningFacts>, string]>([
  ['S6 revoked', { state: ClipState.REVOKED, campaignStatus: CampaignStatus.COMPLETED }, 'revoked'],
  ['C6 its campaign completed', { campaignStatus: CampaignStatus.COMPLETED }, 'over (COMPLETED)'],
  ['C6 its campaign cancelled', { campaignStatus: CampaignStatus.CANCELLED }, 'over (CANCELLED)'],
  ['T9 at its maximum', { earnings: 50_000_000n }, 'maximum of 50.00 USD'],
  ['C1 paused', { campaignStatus: CampaignStatus.PAUSED }, 'paused'],
  ['T8 unavailable', { state: ClipState.UNAVAILABLE }, 'once a day'],
  ['T6 never read', { lastTrackedAt: null, lastOutcome: null, lastValueAt: null, views: 1_000n }, 'first reading'],
  ['T7 suspect', { lastOutcome: 'SUSPECT' }, 'second reading'],
  ['T4 never with a count', { lastOutcome: 'MISSING', lastValueAt: null, views: 1_000n }, 'could not be read yet'],
  ['T9 below the minimum', { views: 1_499n }, '499 counted views, below the minimum of 500'],
  ['T9 without a gain', { views: 1_000n, minViews: 0n }, 'no views above the 1000'],
])('%s: it says so', (_name, over, said) => {
  expect(whyNotEarning(facts(over), 'USD')).toContain(said);
});

test('T9 a clip that earns has no reason, a failed reading in between included', () => {
  expect(whyNotEarning(facts(), 'USD')).toBeNull();
  expect(whyNotEarning(facts({ maxEarnings: null, lastOutcome: 'MISSING' }), 'USD')).toBeNull();
});

test('T9 a live clip of an open campaign that has no reason is one that its counted views entitle to pay', () => {
  const views = fc.bigInt({ min: 0n, max: 10_000n });
  fc.assert(
    fc.property(views, views, views, (initialViews, gained, minViews) => {
      const given = facts({ initialViews, views: initialViews + gained, minViews, maxEarnings: null, earnings: 0n });
      const claim = claimOf({ ...given, clipId: 'k', cpm: 1_000_000n });
      expect(whyNotEarning(given, 'USD') === null).toBe(claim !== null);
    }),
  );
});
