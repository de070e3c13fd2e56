import fc from 'fast-check';
import { checkBalances, checkPayouts, OPEN_REQUEST } from '../../src/legacy-import/import-payouts.rules.js';
import { type ImportTerms, RefusedRows } from '../../src/legacy-import/import-refusals.js';
import type { ImportRows } from '../../src/legacy-import/import-rows.rules.js';
import {
  campaign,
  clip,
  link,
  payout,
  payoutRequest,
  rowsOf,
  submission,
  TERMS,
  user,
} from '../support/import-rows.js';

type Parts = Partial<ImportRows>;
const refusalsOf =
  (check: typeof checkPayouts) =>
  (parts: Parts, { refused = new RefusedRows(), ...terms }: Partial<ImportTerms> & { refused?: RefusedRows } = {}) => {
    const found: string[] = [];
    check(rowsOf(parts), { ...TERMS, ...terms }, refused, ({ file, line }, why) =>
      found.push(`${file} ${line}: ${why}`),
    );
    return found;
  };
const ofPayouts = refusalsOf(checkPayouts);
const ofBalances = refusalsOf(checkBalances);
const matching = (expected: string[]) => expected.map((why) => expect.stringContaining(why));

type RequestChange = Parameters<typeof payoutRequest>[0];
type PayoutChange = Parameters<typeof payout>[0];
const RETURNED = { returned_at: new Date('2026-06-02T00:00:00Z') };
test.each<[string, RequestChange, PayoutChange, string[]]>([
  ['that match', {}, {}, []],
  [
    'of no user',
    { user_id: 'x' },
    { user_id: 'x' },
    ['payout-requests.csv 2: user_id: there is no user x', 'payouts.csv 2: user_id: there is no user x'],
  ],
  ['of a coin', { amount: 10_000n }, { amount: 10_000n }, []],
  [
    'of nothing',
    { amount: 0n },
    { amount: 0n },
    ['payout-requests.csv 2: amount must be more than 0 and in whole coins of 0.01', 'payouts.csv 2: amount must be'],
  ],
  [
    'of part of a coin',
    { amount: 10_001n },
    { amount: 10_001n },
    ['payout-requests.csv 2: amount must be', 'payouts.csv 2: amount must be'],
  ],
  ['with details that are none', { details: 'x' }, {}, ['payout-requests.csv 2: details must be']],
  ['with a transaction id that is none', {}, { transaction_id: 'a b' }, ['payouts.csv 2: transaction_id must be']],
  [
    'of a request that is open',
    { status: 'APPROVED' },
    {},
    ['payout-requests.csv 2: a payout names it, but it is APPROVED'],
  ],
  ['of a request that came back', { status: 'RETURNED' }, RETURNED, []],
  [
    'that came back before it was paid',
    { status: 'RETURNED' },
    { returned_at: new Date('2026-05-31T00:00:00Z') },
    ['payouts.csv 2: returned_at lies before paid_at'],
  ],
  ['that came back when it was paid', { status: 'RETURNED' }, { returned_at: new Date('2026-06-01T00:00:00Z') }, []],
  [
    'that came back, of a request that did not',
    {},
    RETURNED,
    ['payouts.csv 2: its request is COMPLETED, but returned_at is given'],
  ],
  [
    'that did not come back, of a request that did',
    { status: 'RETURNED' },
    {},
    ['payouts.csv 2: its request is RETURNED, but returned_at is missing'],
  ],
  ['of another user', { user_id: 'u2' }, {}, ['payouts.csv 2: its request has another user, amount or method']],
  ['of another amount', { amount: 20_000n }, {}, ['payouts.csv 2: its request has another user, amount or method']],
  ['of another method', { method: 'STRIPE' }, {}, ['payouts.csv 2: its request has another user, amount or method']],
])('P1-P3 a request and a payout %s', (_what, request, paid, expected) => {
  const parts = {
    users: [user(), user({ id: 'u2' }, 3)],
    'payout-requests': [payoutRequest(request)],
    payouts: [payout(paid)],
  };
  expect(ofPayouts(parts)).toEqual(matching(expected));
});

test('P2 a request that was paid has a payout, and any other has none', () => {
  const alone = (status: 'PENDING' | 'APPROVED' | 'COMPLETED' | 'RETURNED' | 'REJECTED' | 'CANCELLED') =>
    ofPayouts({ users: [user()], 'payout-requests': [payoutRequest({ status })] });
  expect([...alone('PENDING'), ...alone('APPROVED'), ...alone('REJECTED'), ...alone('CANCELLED')]).toEqual([]);
  expect([...alone('COMPLETED'), ...alone('RETURNED')]).toEqual([
    'payout-requests.csv 2: status is COMPLETED, but no payout names it',
    'payout-requests.csv 2: status is RETURNED, but no payout names it',
  ]);
  expect(OPEN_REQUEST).toEqual(['PENDING', 'APPROVED']);
});

test('P3 a payout of no request is accepted, one of a request that is not there is not', () => {
  expect(ofPayouts({ users: [user()], payouts: [payout({ request_id: null })] })).toEqual([]);
  expect(ofPayouts({ users: [user()], payouts: [payout({ request_id: 'x' })] })).toEqual([
    'payouts.csv 2: request_id: there is no payout request x',
  ]);
});

test('P1 a user has one open request at a time; closed ones do not count', () => {
  const two = (status: 'PENDING' | 'APPROVED' | 'REJECTED', userId = 'u1') =>
    ofPayouts({
      users: [user(), user({ id: 'u2' }, 3)],
      'payout-requests': [
        payoutRequest({ status: 'PENDING' }),
        payoutRequest({ id: 'r2', status, user_id: userId }, 3),
      ],
    });
  expect(two('APPROVED')).toEqual(['payout-requests.csv 3: an open request of the user is that of line 2, too']);
  expect([...two('REJECTED'), ...two('PENDING', 'u2')]).toEqual([]);
});

test('a request or a payout may name a row that was refused for its form', () => {
  const refused = new RefusedRows();
  refused.add('users', 'bad', 9);
  refused.add('payout-requests', 'bad', 9);
  refused.add('payouts', 'bad', 9);
  const parts = {
    users: [user()],
    'payout-requests': [
      payoutRequest({ id: 'bad', user_id: 'bad' }),
      payoutRequest({ id: 'r2', status: 'REJECTED' }, 3),
    ],
    payouts: [payout({ request_id: 'bad', user_id: 'bad' })],
  };
  expect(ofPayouts({ ...parts, payouts: [] }, { refused })).toEqual([]);
  expect(ofPayouts({ ...parts, 'payout-requests': [] }, { refused })).toEqual([]);
  expect(
    ofPayouts(
      {
        users: [user()],
        'payout-requests': [payoutRequest({ id: 'bad', status: 'PENDING' })],
        payouts: [payout({ request_id: 'bad' })],
      },
      { refused },
    ),
  ).toEqual(['payout-requests.csv 2: a payout names it, but it is PENDING']);
});

const EARNED = {
  campaigns: [
    campaign({ status: 'COMPLETED', completed_at: new Date('2026-05-01T00:00:00Z') }),
    campaign({ id: 'c2' }, 3),
  ],
  submissions: [
    submission(),
    submission({ id: 's2', url: link(2) }, 3),
    submission({ id: 's3', campaign_id: 'c2', url: link(3) }, 4),
  ],
  // 10.00 and 5.00 in the ended campaign, 100.00 in the open one.
  clips: [
    clip(),
    clip({ submission_id: 's2', earnings: 5_000_000n }, 3),
    clip({ submission_id: 's3', earnings: 100_000_000n }, 4),
  ],
};
const over = (sum: string) => `user u1 was paid and asks for ${sum}, but earned 15.00 in ended campaigns`;
test.each<[string, Parts, string[]]>([
  ['nothing was paid', {}, []],
  ['all was paid', { payouts: [payout({ amount: 15_000_000n })] }, []],
  ['a coin too much was paid', { payouts: [payout({ amount: 15_010_000n })] }, [`payouts.csv 2: ${over('15.01')}`]],
  [
    'what was paid and what is asked for are too much together',
    { payouts: [payout()], 'payout-requests': [payoutRequest({ amount: 6_000_000n, status: 'APPROVED' })] },
    [`payouts.csv 2: ${over('16.00')}`],
  ],
  [
    'what is asked for is too much',
    { 'payout-requests': [payoutRequest({ amount: 16_000_000n, status: 'PENDING' })] },
    [`payout-requests.csv 2: ${over('16.00')}`],
  ],
  [
    'a closed request holds nothing',
    { 'payout-requests': [payoutRequest({ amount: 99_000_000n, status: 'REJECTED' })] },
    [],
  ],
  ['a payout that came back holds nothing', { payouts: [payout({ amount: 99_000_000n, ...RETURNED })] }, []],
  [
    'somebody who earned nothing was paid',
    { payouts: [payout({ user_id: 'u2' })] },
    ['payouts.csv 2: user u2 was paid and asks for 10.00, but earned 0.00'],
  ],
  [
    'each is paid what they earned',
    { payouts: [payout(), payout({ user_id: 'u2', amount: 10_000n }, 3)] },
    ['payouts.csv 3: user u2'],
  ],
])('B3 earnings in ended campaigns cover what is held: %s', (_what, parts, expected) => {
  expect(ofBalances({ ...EARNED, ...parts }, { payoutsGiven: true, nothingWasPaid: false })).toEqual(
    matching(expected),
  );
});

test('what was earned is not paid again because the file of payouts was forgotten', () => {
  const missing = 'payouts.csv 0: is missing, but 115.00 were earned';
  expect(ofBalances(EARNED, { payoutsGiven: false, nothingWasPaid: false })).toEqual(matching([missing]));
  expect(ofBalances(EARNED, { payoutsGiven: true, nothingWasPaid: false })).toEqual([]);
  expect(ofBalances(EARNED, { payoutsGiven: false, nothingWasPaid: true })).toEqual([]);
  const nothing = { ...EARNED, clips: [clip({ earnings: 0n })] };
  expect(ofBalances(nothing, { payoutsGiven: false, nothingWasPaid: false })).toEqual([]);
});

test.each(['campaigns', 'submissions', 'clips'] as const)(
  'sums are not judged while rows of %s are refused',
  (kind) => {
    const refused = new RefusedRows();
    const parts = { ...EARNED, payouts: [payout({ amount: 99_000_000n })] };
    expect(ofBalances(parts, { refused })).toHaveLength(1);
    refused.add(kind, 'bad', 9);
    expect(ofBalances(parts, { refused })).toEqual([]);
  },
);

test('a clip whose submission is not there earns nobody anything', () => {
  const parts = { ...EARNED, submissions: [], payouts: [payout()] };
  expect(ofBalances(parts)).toEqual(matching(['but earned 0.00 in ended campaigns']));
});

test('B3 whatever was earned and paid, it is refused exactly when more was paid than earned', () => {
  const coins = fc.bigInt({ min: 0n, max: 5_000n }).map((count) => count * 10_000n);
  fc.assert(
    fc.property(coins, fc.array(coins, { maxLength: 3 }), (earnings, amounts) => {
      const paid = amounts.map((amount, index) => payout({ amount, request_id: null }, index + 2));
      const found = ofBalances({ ...EARNED, clips: [clip({ earnings })], payouts: paid });
      expect(found.length > 0).toBe(amounts.reduce((sum, each) => sum + each, 0n) > earnings);
    }),
  );
});
