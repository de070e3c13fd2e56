import fc from 'fast-check';
import type { Kind } from '../../src/legacy-import/import-files.js';
import { readRows } from '../../src/legacy-import/import-rows.rules.js';
import { formatMoney, parseMoney } from '../../src/shared/money.js';

const GOOD: Record<Kind, Record<string, unknown>> = {
  campaigns: { id: 'c1', title: 'Spring', status: 'ACTIVE', budget: '100.00', cpm: '1.5', platforms: 'TIKTOK|YOUTUBE' },
  users: { id: 'u1', email: 'one@example.com' },
  submissions: { id: 's1', campaign_id: 'c1', user_id: 'u1', url: 'x', status: 'PENDING', initial_views: '7' },
  clips: { submission_id: 's1', views: '10', earnings: '1.00' },
  'payout-requests': { id: 'r1', user_id: 'u1', amount: '20.00', method: 'PAYPAL', details: 'a@b', status: 'PENDING' },
  payouts: { user_id: 'u1', amount: '20.00', method: 'PAYPAL', transaction_id: 'T1', paid_at: '2026-06-01' },
};
const read = (kind: Kind, ...rows: Record<string, unknown>[]) =>
  readRows({ [kind]: rows.map((values, index) => ({ file: `${kind}.csv`, line: index + 2, values })) });
/** What the columns become; or why the row is refused. */
function readOne(kind: Kind, change: Record<string, unknown>): Record<string, unknown> | string {
  const { rows, refusals } = read(kind, { ...GOOD[kind], ...change });
  return rows[kind][0] ?? refusals.map(({ why }) => why).join('; ');
}

test('the least that a row of each kind needs; what is left out is null', () => {
  const optional = (...names: string[]) => Object.fromEntries(names.map((name) => [name, null]));
  const DEFAULTS: Record<Kind, object> = {
    campaigns: {
      budget: 100_000_000n,
      cpm: 1_500_000n,
      platforms: ['TIKTOK', 'YOUTUBE'],
      ...optional('description', 'requirements', 'min_views', 'max_earnings_per_clip', 'starts_at', 'ends_at'),
      ...optional('created_at', 'completed_at', 'recorded_spent', 'ad_campaign_id'),
    },
    users: optional('subject', 'name', 'created_at', 'suspended_at'),
    submissions: {
      initial_views: 7n,
      ...optional('cpm', 'min_views', 'max_earnings', 'rejection_reason', 'rejection_note'),
      ...optional('submitted_at', 'reviewed_at'),
    },
    clips: { views: 10n, earnings: 1_000_000n, ...optional('state', 'last_tracked_at') },
    'payout-requests': { amount: 20_000_000n, ...optional('note', 'requested_at', 'processed_at') },
    payouts: {
      amount: 20_000_000n,
      paid_at: new Date('2026-06-01T00:00:00Z'),
      ...optional('request_id', 'returned_at', 'note'),
    },
  };
  for (const kind of Object.keys(GOOD) as Kind[]) {
    const expected = { ...GOOD[kind], ...DEFAULTS[kind], at: { file: `${kind}.csv`, line: 2 } };
    expect(readOne(kind, {})).toEqual(expected);
    for (const name of Object.keys(GOOD[kind])) {
      const { [name]: _left, ...others } = GOOD[kind];
      expect(read(kind, others).refusals).toEqual([
        { file: `${kind}.csv`, line: 2, why: expect.stringMatching(`^${name} is missing: it must be `) },
      ]);
    }
    expect(readOne(kind, { extra: '1' })).toBe('there is no column extra');
  }
});

const x = (length: number) => 'x'.repeat(length);
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const REFUSED = Symbol('refused');
test.each<[Kind, string, unknown, unknown]>([
  ['campaigns', 'id', x(200), x(200)],
  ['campaigns', 'id', x(201), REFUSED],
  ['campaigns', 'id', '', REFUSED],
  ['campaigns', 'id', 7, REFUSED],
  ['campaigns', 'title', '\u{1f600}'.repeat(200), '\u{1f600}'.repeat(200)],
  ['campaigns', 'title', x(201), REFUSED],
  ['campaigns', 'title', 'a\u0000b', REFUSED],
  ['campaigns', 'title', 'a\n\r\tb', 'a\n\r\tb'],
  ['campaigns', 'description', x(10_000), x(10_000)],
  ['campaigns', 'description', x(10_001), REFUSED],
  ['campaigns', 'status', 'OPEN', REFUSED],
  ['campaigns', 'status', 'CANCELLED', 'CANCELLED'],
  ['campaigns', 'budget', '1000000000', 10n ** 15n],
  ['campaigns', 'budget', '1000000000.000001', REFUSED],
  ['campaigns', 'budget', '1e3', REFUSED],
  ['campaigns', 'budget', 7.5, REFUSED],
  ['campaigns', 'min_views', '0', 0n],
  ['campaigns', 'min_views', '100000000000', 100_000_000_000n],
  ['campaigns', 'min_views', '100000000001', REFUSED],
  ['campaigns', 'min_views', '0000000000007', REFUSED],
  ['campaigns', 'min_views', '-1', REFUSED],
  ['campaigns', 'min_views', '7 ', REFUSED],
  ['campaigns', 'min_views', '', REFUSED],
  ['campaigns', 'platforms', 'INSTAGRAM', ['INSTAGRAM']],
  ['campaigns', 'platforms', ['TIKTOK'], ['TIKTOK']],
  ['campaigns', 'platforms', ' TIKTOK | YOUTUBE |', ['TIKTOK', 'YOUTUBE']],
  ['campaigns', 'platforms', 'TIKTOK|MYSPACE', REFUSED],
  ['campaigns', 'platforms', '|', REFUSED],
  ['campaigns', 'platforms', [], REFUSED],
  ['campaigns', 'requirements', 'Show the logo | Tag us', ['Show the logo', 'Tag us']],
  ['campaigns', 'requirements', [x(500)], [x(500)]],
  ['campaigns', 'requirements', [x(501)], REFUSED],
  ['campaigns', 'requirements', [7], REFUSED],
  ['campaigns', 'ad_campaign_id', x(101), REFUSED],
  ['campaigns', 'created_at', '2026-11-20', day('2026-11-20')],
  ['campaigns', 'created_at', '2000-01-01', day('2000-01-01')],
  ['campaigns', 'created_at', '1999-12-31', REFUSED],
  ['campaigns', 'created_at', '2026-02-30', REFUSED],
  ['campaigns', 'created_at', '2026-13-01', REFUSED],
  ['campaigns', 'created_at', '2028-02-29', day('2028-02-29')],
  ['campaigns', 'created_at', '2026-11-20T08:00Z', new Date('2026-11-20T08:00:00Z')],
  ['campaigns', 'created_at', '2026-11-20 08:00:01Z', new Date('2026-11-20T08:00:01Z')],
  ['campaigns', 'created_at', '2026-11-20T08:00:01.5+02:00', new Date('2026-11-20T06:00:01.500Z')],
  ['campaigns', 'created_at', '2026-11-20T08:00:01.123456789Z', new Date('2026-11-20T08:00:01.123Z')],
  ['campaigns', 'created_at', '2026-11-20T08:00:01.1234567891Z', REFUSED],
  ['campaigns', 'created_at', '2026-11-20T08:00:01', REFUSED],
  ['campaigns', 'created_at', '2026-11-20T25:00:00Z', REFUSED],
  ['campaigns', 'created_at', ' 2026-11-20', REFUSED],
  ['campaigns', 'created_at', '2026-11-20 UTC', REFUSED],
  ['campaigns', 'created_at', '20 November 2026', REFUSED],
  ['campaigns', 'created_at', 7, REFUSED],
  ['users', 'email', 'one', REFUSED],
  ['users', 'email', 'one @example.com', REFUSED],
  ['users', 'email', 'one@example.com two', REFUSED],
  ['users', 'email', `${x(308)}@example.com`, `${x(308)}@example.com`],
  ['users', 'email', `${x(309)}@example.com`, REFUSED],
  ['users', 'subject', x(321), REFUSED],
  ['users', 'name', x(101), REFUSED],
  ['submissions', 'url', x(2_048), x(2_048)],
  ['submissions', 'url', x(2_049), REFUSED],
  ['submissions', 'status', 'PAID', 'APPROVED'],
  ['submissions', 'status', 'APPROVED', 'APPROVED'],
  ['submissions', 'status', 'REVOKED', REFUSED],
  ['submissions', 'rejection_reason', 'DUPLICATE', 'DUPLICATE'],
  ['submissions', 'rejection_reason', 'BORING', REFUSED],
  ['submissions', 'rejection_note', x(1_001), REFUSED],
  ['clips', 'state', 'UNAVAILABLE', 'UNAVAILABLE'],
  ['clips', 'state', 'REVOKED', REFUSED],
  ['payout-requests', 'method', 'CASH', REFUSED],
  ['payout-requests', 'details', x(501), REFUSED],
  ['payout-requests', 'status', 'PAID', REFUSED],
  ['payout-requests', 'note', x(1_001), REFUSED],
  ['payouts', 'transaction_id', x(201), REFUSED],
  ['payouts', 'paid_at', 'yesterday', REFUSED],
  ['payouts', 'note', x(1_001), REFUSED],
])('a row of %s with %s = %p becomes %p', (kind, column, given, kept) => {
  const row = readOne(kind, { [column]: given });
  if (kept === REFUSED) expect(row).toMatch(new RegExp(`^${column} is wrong: it must be \\S`));
  else expect(row).toMatchObject({ [column]: kept });
});

test('a refusal says what would be accepted', () => {
  expect(readOne('campaigns', { platforms: 'MYSPACE', budget: '1e3' })).toBe(
    'budget is wrong: it must be a decimal string of digits with at most 6 decimals, such as "20.00", up to 1000000000.00; ' +
      'platforms is wrong: it must be one or more of TIKTOK, YOUTUBE, INSTAGRAM, separated by |',
  );
  expect(readOne('clips', { state: 'REVOKED' })).toBe('state is wrong: it must be one of LIVE, UNAVAILABLE');
  expect(readOne('clips', { state: null, views: null })).toMatch(/^views is missing: it must be a whole number/);
});

test('a refused row is known by the name that other rows use for it; good rows are kept', () => {
  const names: Record<Kind, string> = {
    campaigns: 'id',
    users: 'id',
    submissions: 'id',
    clips: 'submission_id',
    'payout-requests': 'id',
    payouts: 'request_id',
  };
  for (const [kind, column] of Object.entries(names) as [Kind, string][]) {
    const wrong = { ...GOOD[kind], [column]: 'bad', unknown_column: '1' };
    const { rows, refused, refusals } = read(kind, { ...GOOD[kind], [column]: 'good' }, wrong);
    expect([rows[kind].length, refusals.length, [...refused.linesOf(kind)]]).toEqual([1, 1, [['bad', 3]]]);
    expect([refused.mayName(kind, 'bad'), refused.mayName(kind, 'good')]).toEqual([true, false]);
  }
});

test('nothing is read of files that are not there', () => {
  const { rows, refusals } = readRows({});
  expect([Object.values(rows).flat(), refusals]).toEqual([[], []]);
});

test('M3 every amount within a budget’s limit is kept to the micro, and every larger one is refused', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n * 10n ** 15n }), (micros) => {
      const text = formatMoney(micros);
      const row = readOne('clips', { earnings: text });
      if (micros <= 10n ** 15n) expect(row).toMatchObject({ earnings: parseMoney(text) });
      else expect(row).toMatch(/^earnings is wrong/);
    }),
  );
});
