import fc from 'fast-check';
import { CampaignEventType } from '../../src/campaign/campaign-event.entity.js';
import {
  adjust,
  applyEvent,
  applyReading,
  claimIn,
  compareEntries,
  emptyCampaign,
  type ReplayedCampaign,
  type ReplayedEntry,
  revoke,
  settle,
} from '../../src/proof/replay.rules.js';

const { CREATED, TERMS_CHANGED, SUBMITTED, APPROVED, STATUS_CHANGED } = CampaignEventType;
const TERMS = { initialViews: '1000', cpm: '1000000', minViews: '10', maxEarnings: '5000000' };

/** A campaign with a budget of 100.00 and an approved clip "k1" of the terms above. */
function started(over: object = {}): ReplayedCampaign {
  const campaign = emptyCampaign();
  applyEvent(campaign, { type: CREATED, content: { budget: '100.00' } });
  applyEvent(campaign, { type: SUBMITTED, content: { submissionId: 's1', ...TERMS, ...over } });
  applyEvent(campaign, { type: APPROVED, content: { submissionId: 's1', clipId: 'k1' } });
  return campaign;
}
/** A round in which each of these clips is read. */
function round(campaign: ReplayedCampaign, readings: Record<string, bigint | null>): ReplayedEntry[] {
  for (const [clipId, views] of Object.entries(readings)) applyReading(campaign, { clipId, views });
  return settle(
    campaign,
    Object.keys(readings).flatMap((clipId) => claimIn(campaign, clipId) ?? []),
  );
}

test('V3 events make the budget, the terms of a submission, and its clip', () => {
  const campaign = emptyCampaign();
  expect(campaign).toEqual({ budget: 0n, spent: 0n, submissions: new Map(), clips: new Map() });
  applyEvent(campaign, { type: CREATED, content: { budget: '100.00' } });
  applyEvent(campaign, { type: TERMS_CHANGED, content: { after: { title: 'x' } } });
  expect(campaign.budget).toBe(100_000_000n);
  applyEvent(campaign, { type: TERMS_CHANGED, content: { after: { budget: '120.50' } } });
  expect(campaign.budget).toBe(120_500_000n);
  applyEvent(campaign, { type: STATUS_CHANGED, content: { submissionId: 's0', budget: '1.00' } });
  expect([campaign.budget, campaign.submissions.size, campaign.clips.size]).toEqual([120_500_000n, 0, 0]);
  applyEvent(campaign, { type: SUBMITTED, content: { submissionId: 's1', ...TERMS } });
  const terms = { initialViews: 1_000n, cpm: 1_000_000n, minViews: 10n, maxEarnings: 5_000_000n };
  expect(campaign.submissions.get('s1')).toEqual(terms);
  applyEvent(campaign, { type: APPROVED, content: { submissionId: 's1', clipId: 'k1' } });
  expect(campaign.submissions.size).toBe(0);
  const clip = { ...terms, clipId: 'k1', views: 1_000n, earnings: 0n, lastToViews: 1_000n, revoked: false };
  expect(campaign.clips.get('k1')).toEqual(clip);
  applyEvent(campaign, { type: APPROVED, content: { submissionId: 'unknown', clipId: 'k2' } });
  expect(campaign.clips.has('k2')).toBe(false);
});

test('V3 what an event leaves out is nothing: no maximum, no budget', () => {
  const campaign = emptyCampaign();
  campaign.budget = 5n;
  applyEvent(campaign, { type: CREATED, content: {} });
  expect(campaign.budget).toBe(0n);
  applyEvent(campaign, { type: SUBMITTED, content: { submissionId: 's1', cpm: 7 } });
  expect(campaign.submissions.get('s1')).toEqual({ initialViews: 0n, cpm: 0n, minViews: 0n, maxEarnings: null });
});

test('T7 T9 a reading raises the mark and never lowers it; the pay is cumulative growth', () => {
  const campaign = started();
  const entry = { clipId: 'k1', reason: 'ACCRUAL', cap: 'NONE', cpm: 1_000_000n };
  expect(round(campaign, { k1: 3_000n })).toEqual([
    { ...entry, amount: 2_000_000n, fromViews: 1_000n, toViews: 3_000n },
  ]);
  expect(campaign.spent).toBe(2_000_000n);
  expect(round(campaign, { k1: null })).toEqual([]);
  expect(round(campaign, { k1: 2_500n })).toEqual([]);
  expect(campaign.clips.get('k1')?.views).toBe(3_000n);
  expect(round(campaign, { k1: 9_000n })).toEqual([
    { ...entry, cap: 'CLIP_MAXIMUM', amount: 3_000_000n, fromViews: 3_000n, toViews: 9_000n },
  ]);
  expect([campaign.spent, campaign.clips.get('k1')?.earnings]).toEqual([5_000_000n, 5_000_000n]);
  applyReading(campaign, { clipId: 'unknown', views: 5n });
  expect(campaign.clips.size).toBe(1);
});

test('T10 what remains of the budget is shared out', () => {
  const campaign = started({ maxEarnings: null });
  applyEvent(campaign, { type: SUBMITTED, content: { submissionId: 's2', ...TERMS, maxEarnings: null } });
  applyEvent(campaign, { type: APPROVED, content: { submissionId: 's2', clipId: 'k2' } });
  campaign.spent = 70_000_000n;
  const entries = round(campaign, { k1: 61_000n, k2: 31_000n });
  expect(entries.map(({ clipId, amount, cap }) => [clipId, amount, cap])).toEqual([
    ['k1', 20_000_000n, 'BUDGET_SHARE'],
    ['k2', 10_000_000n, 'BUDGET_SHARE'],
  ]);
  expect(campaign.spent).toBe(100_000_000n);
});

test('S6 a revocation takes back all that a clip earned, once; it earns no more', () => {
  const campaign = started();
  round(campaign, { k1: 3_000n });
  expect(revoke(campaign, 'k1')).toEqual([
    {
      clipId: 'k1',
      amount: -2_000_000n,
      reason: 'REVERSAL',
      cap: 'NONE',
      fromViews: 3_000n,
      toViews: 3_000n,
      cpm: 1_000_000n,
    },
  ]);
  expect([campaign.spent, campaign.clips.get('k1')?.earnings]).toEqual([0n, 0n]);
  expect(round(campaign, { k1: 9_000n })).toEqual([]);
  expect(claimIn(campaign, 'k1')).toBeNull();
  expect([revoke(campaign, 'k1'), revoke(campaign, 'unknown')]).toEqual([[], []]);
  expect(claimIn(campaign, 'unknown')).toBeNull();
  expect(settle(campaign, [{ clipId: 'unknown', owed: 1n, capped: false }])).toEqual([]);
  expect(campaign.spent).toBe(0n);
});

test('T14 an ADJUSTMENT counts as earned', () => {
  const campaign = started();
  adjust(campaign, { clipId: 'k1', amount: 500_000n });
  adjust(campaign, { clipId: 'unknown', amount: 9n });
  expect(campaign.spent).toBe(500_000n);
  expect(round(campaign, { k1: 3_000n })[0]?.amount).toBe(1_500_000n);
});

const ENTRY = { clipId: 'k1', amount: 5n, reason: 'ACCRUAL', cap: 'NONE', fromViews: 1n, toViews: 2n, cpm: 3n };
test.each<[string, ReplayedEntry[], ReplayedEntry[], RegExp[]]>([
  ['the same', [ENTRY], [ENTRY], []],
  ['another amount', [ENTRY], [{ ...ENTRY, amount: 6n }], [/^clip k1: amount is 6, by the rules 5$/]],
  ['another reason', [ENTRY], [{ ...ENTRY, reason: 'REVERSAL' }], [/reason is REVERSAL/]],
  ['another cap', [ENTRY], [{ ...ENTRY, cap: 'BUDGET_SHARE' }], [/cap is BUDGET_SHARE/]],
  ['other views', [ENTRY], [{ ...ENTRY, fromViews: 8n, toViews: 9n }], [/fromViews is 8.*; toViews is 9/]],
  ['another cpm', [ENTRY], [{ ...ENTRY, cpm: 8n }], [/cpm is 8/]],
  ['one that is missing', [ENTRY], [], [/^clip k1: no entry, by the rules there is one of 5$/]],
  ['one too many', [], [ENTRY], [/^clip k1: an entry of 5 that the rules do not give$/]],
  ['one twice', [ENTRY], [ENTRY, ENTRY], [/do not give/]],
])('V3 the ledger is compared with the rules: %s', (_what, expected, stored, differences) => {
  const found = compareEntries(expected, stored);
  expect(found).toHaveLength(differences.length);
  for (const [index, difference] of differences.entries()) expect(found[index]).toMatch(difference);
});

test('V3 C5 whatever is read, what is spent is the sum of the entries and never over the budget', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 300_000n }), { maxLength: 10 }), (counts) => {
      const campaign = started({ maxEarnings: null });
      const entries = counts.flatMap((views) => round(campaign, { k1: views }));
      const sum = entries.reduce((total, entry) => total + entry.amount, 0n);
      expect(sum).toBe(campaign.spent);
      expect(campaign.spent <= campaign.budget).toBe(true);
    }),
  );
});
