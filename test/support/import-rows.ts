import type { Kind } from '../../src/legacy-import/import-files.js';
import type { ImportTerms } from '../../src/legacy-import/import-refusals.js';
import type { ImportRow, ImportRows } from '../../src/legacy-import/import-rows.rules.js';

export const NOW = new Date('2026-11-20T08:00:00.000Z');
export const TERMS: ImportTerms = { coin: 10_000n, nothingWasPaid: true, payoutsGiven: false, now: NOW };

/** A link to a clip of TikTok, another for each number. */
export const link = (number: number) =>
  `https://www.tiktok.com/@someone/video/${7_300_000_000_000_000_000n + BigInt(number)}`;

/** Rows of an import; of the kinds left out there are none. */
export const rowsOf = (parts: Partial<ImportRows>): ImportRows => ({
  campaigns: [],
  users: [],
  submissions: [],
  clips: [],
  'payout-requests': [],
  payouts: [],
  ...parts,
});

/** A row as a test writes it: values of enums by their texts. */
type Told<T> = { [Name in keyof T]: T[Name] extends infer Value ? (Value extends string ? `${Value}` : Value) : never };

/** Makes rows of a kind: what is common to them, what a test gives, and the line that they stand on. */
const maker =
  <K extends Kind>(kind: K, common: Omit<Told<ImportRow<K>>, 'at'>) =>
  (change: Partial<Told<ImportRow<K>>> = {}, line = 2): ImportRow<K> =>
    ({ ...common, at: { file: `${kind}.csv`, line }, ...change }) as unknown as ImportRow<K>;

/** An open campaign with a budget of 100.00. */
export const campaign = maker('campaigns', {
  id: 'c1',
  title: 'Spring',
  description: null,
  status: 'ACTIVE',
  budget: 100_000_000n,
  cpm: 1_000_000n,
  platforms: ['TIKTOK'],
  requirements: null,
  min_views: null,
  max_earnings_per_clip: null,
  starts_at: null,
  ends_at: null,
  created_at: null,
  completed_at: null,
  recorded_spent: null,
  ad_campaign_id: null,
});

export const user = maker('users', {
  id: 'u1',
  email: 'one@example.com',
  subject: null,
  name: null,
  created_at: null,
  suspended_at: null,
});

/** An approved submission of user u1 to campaign c1. */
export const submission = maker('submissions', {
  id: 's1',
  campaign_id: 'c1',
  user_id: 'u1',
  url: link(1),
  status: 'APPROVED',
  initial_views: 0n,
  cpm: null,
  min_views: null,
  max_earnings: null,
  rejection_reason: null,
  rejection_note: null,
  submitted_at: null,
  reviewed_at: null,
});

/** A clip of submission s1 that earned 10.00. */
export const clip = maker('clips', {
  submission_id: 's1',
  views: 10_000n,
  earnings: 10_000_000n,
  state: null,
  last_tracked_at: null,
});

/** A paid request of user u1 for 10.00. */
export const payoutRequest = maker('payout-requests', {
  id: 'r1',
  user_id: 'u1',
  amount: 10_000_000n,
  method: 'PAYPAL',
  details: 'one@example.com',
  status: 'COMPLETED',
  note: null,
  requested_at: null,
  processed_at: null,
});

/** The payout of request r1. */
export const payout = maker('payouts', {
  request_id: 'r1',
  user_id: 'u1',
  amount: 10_000_000n,
  method: 'PAYPAL',
  transaction_id: 'T1',
  paid_at: new Date('2026-06-01T00:00:00Z'),
  returned_at: null,
  note: null,
});
