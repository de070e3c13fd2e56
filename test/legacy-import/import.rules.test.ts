import fc from 'fast-check';
import { checkImport, maximumOf, termsOf, videoOf } from '../../src/legacy-import/import.rules.js';
import type { Kind } from '../../src/legacy-import/import-files.js';
import { type ImportTerms, RefusedRows } from '../../src/legacy-import/import-refusals.js';
import { campaign, clip, link, NOW, rowsOf, submission, TERMS, user } from '../support/import-rows.js';

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const moment = (ms: number) => new Date(NOW.getTime() + ms);
const refusals = (parts: Parameters<typeof rowsOf>[0], refused?: RefusedRows, terms: Partial<ImportTerms> = {}) =>
  checkImport(rowsOf(parts), { ...TERMS, ...terms }, refused).map(({ file, line, why }) => `${file} ${line}: ${why}`);

const GOOD = { campaigns: [campaign()], users: [user()], submissions: [submission()], clips: [clip()] };

test('rows that fit together are not refused', () => {
  expect(refusals(GOOD)).toEqual([]);
  expect(refusals({})).toEqual([]);
});

const ENDED = { status: 'COMPLETED', completed_at: day('2026-05-01') } as const;
test.each<[string, Parameters<typeof campaign>[0], string | null]>([
  ['a budget below the least', { budget: 1n }, 'budget must be'],
  ['a CPM of 4 decimals', { cpm: 1_000_100n }, 'cpm must have'],
  [
    'an end before its start',
    { starts_at: day('2026-02-01'), ends_at: day('2026-01-01'), ...ENDED },
    'endsAt must lie',
  ],
  ['COMPLETED without its day', { status: 'COMPLETED' }, 'completed_at is missing: the campaign is COMPLETED'],
  ['CANCELLED with its day', { ...ENDED, status: 'CANCELLED' }, null],
  ['ACTIVE with a day of completion', { completed_at: day('2026-05-01') }, 'completed_at is given'],
  ['ACTIVE, past its end', { ends_at: NOW }, 'ends_at has passed, but the campaign is ACTIVE'],
  ['ACTIVE, with its end ahead', { ends_at: moment(1) }, null],
  ['COMPLETED, past its end', { ...ENDED, ends_at: day('2026-05-01') }, null],
  ['ACTIVE, before its start', { starts_at: moment(1) }, 'starts_at is in the future, but the campaign is ACTIVE'],
  ['PAUSED, at its start', { status: 'PAUSED', starts_at: NOW }, null],
  ['SCHEDULED without a start', { status: 'SCHEDULED' }, 'starts_at is missing'],
  ['SCHEDULED with a start', { status: 'SCHEDULED', starts_at: moment(1) }, null],
  ['SCHEDULED, past its end', { status: 'SCHEDULED', starts_at: day('2026-01-01'), ends_at: day('2026-02-01') }, null],
  ['created now', { created_at: NOW }, null],
  ['created in the future', { created_at: moment(1) }, 'created_at is in the future'],
])('C1 C3 a campaign that is %s', (_what, change, why) => {
  const found = refusals({ campaigns: [campaign(change)] });
  expect(found).toEqual(why === null ? [] : [expect.stringMatching(new RegExp(`^campaigns.csv 2: ${why}`))]);
});

test.each<[string, Parameters<typeof submission>[0], Parameters<typeof campaign>[0], string | null]>([
  ['of no campaign', { campaign_id: 'x' }, {}, 'campaign_id: there is no campaign x'],
  ['of no user', { user_id: 'x' }, {}, 'user_id: there is no user x'],
  ['with a CPM of its own', { cpm: 2_000_000n }, {}, null],
  ['with a wrong CPM of its own', { cpm: 1n }, {}, 'cpm must be'],
  ['with a wrong maximum of its own', { max_earnings: 1n }, {}, 'max_earnings must be from'],
  ['with a wrong minimum of its own', { min_views: 10n ** 10n }, {}, 'min_views must be from'],
  ['of a link that is none', { url: 'hello' }, {}, 'hello is not a supported site'],
  ['of a short link', { url: 'https://vm.tiktok.com/ZM1/' }, {}, 'url is a short link'],
  ['of another platform', {}, { platforms: ['YOUTUBE'] }, 'the campaign does not take clips of TIKTOK'],
  ['to a draft', {}, { status: 'DRAFT' }, 'the campaign is DRAFT: nothing can'],
  ['to a scheduled one', {}, { status: 'SCHEDULED', starts_at: NOW }, 'the campaign is SCHEDULED: nothing can'],
  ['PENDING in an ended one', { status: 'PENDING' }, ENDED, 'status is PENDING, but the campaign is COMPLETED'],
  ['PENDING in an open one', { status: 'PENDING' }, {}, null],
  ['REJECTED in an ended one', { status: 'REJECTED' }, ENDED, null],
  ['submitted in the future', { submitted_at: moment(1) }, {}, 'submitted_at is in the future'],
])('S1-S3 a submission %s', (_what, change, of, why) => {
  const found = refusals({ campaigns: [campaign(of)], users: [user()], submissions: [submission(change)] });
  expect(found).toEqual(why === null ? [] : [expect.stringContaining(`submissions.csv 2: ${why}`)]);
});

test('S2 a clip stands once in a campaign: what was rejected, or is in another campaign, does not count', () => {
  const place = { campaigns: [campaign(), campaign({ id: 'c2' }, 3)], users: [user()] };
  const twice = (change: Parameters<typeof submission>[0]) =>
    refusals({ ...place, submissions: [submission({ status: 'PENDING' }), submission({ id: 's2', ...change }, 3)] });
  const again = 'submissions.csv 3: the same clip is in the same campaign on line 2: reject one';
  expect(twice({})).toEqual([again]);
  expect(twice({ url: `${link(1)}?x=1` })).toEqual([again]);
  expect(twice({ status: 'REJECTED' })).toEqual([]);
  expect(twice({ campaign_id: 'c2' })).toEqual([]);
  expect(twice({ url: link(2) })).toEqual([]);
});

test.each<
  [string, Parameters<typeof clip>[0], Parameters<typeof submission>[0], Parameters<typeof campaign>[0], string[]]
>([
  ['of no submission', { submission_id: 'x' }, {}, {}, ['clips.csv 2: submission_id: there is no submission x']],
  ['of one that is not approved', {}, { status: 'PENDING' }, {}, ['clips.csv 2: its submission is PENDING: only']],
  ['at its maximum', { earnings: 5_000_000n }, { max_earnings: 5_000_000n }, {}, []],
  [
    'over its own maximum',
    { earnings: 5_000_001n },
    { max_earnings: 5_000_000n },
    {},
    ['clips.csv 2: earnings 5.000001 are over its maximum of 5.00'],
  ],
  [
    'over the campaign’s maximum',
    { earnings: 5_000_001n },
    {},
    { max_earnings_per_clip: 5_000_000n },
    ['clips.csv 2: earnings 5.000001 are over'],
  ],
  ['that earned nearly all', { earnings: 99_999_999n }, {}, {}, []],
  [
    'that earned all of an open budget',
    { earnings: 100_000_000n },
    {},
    {},
    ['campaigns.csv 2: its clips earned all of its budget'],
  ],
  ['that earned all of an ended budget', { earnings: 100_000_000n }, {}, ENDED, []],
  [
    'that earned more',
    { earnings: 100_000_001n },
    {},
    {},
    ['campaigns.csv 2: its clips earned 100.000001, over its budget of 100.00'],
  ],
  [
    'that was read in the future',
    { last_tracked_at: moment(1) },
    {},
    {},
    ['clips.csv 2: last_tracked_at is in the future'],
  ],
])('C5 a clip %s', (_what, change, of, within, expected) => {
  const found = refusals({
    campaigns: [campaign(within)],
    users: [user()],
    submissions: [submission(of)],
    clips: [clip(change)],
  });
  expect(found).toEqual(expected.map((why) => expect.stringContaining(why)));
});

test('C5 the earnings of all clips of a campaign count, and those of another do not', () => {
  const two = (second: string) =>
    refusals({
      campaigns: [campaign(), campaign({ id: 'c2' }, 3)],
      users: [user()],
      submissions: [submission(), submission({ id: 's2', campaign_id: second, url: link(2) }, 3)],
      clips: [clip({ earnings: 60_000_000n }), clip({ submission_id: 's2', earnings: 60_000_000n }, 3)],
    });
  expect(two('c1')).toEqual(['campaigns.csv 2: its clips earned 120.00, over its budget of 100.00']);
  expect(two('c2')).toEqual([]);
});

test.each<[string, Parameters<typeof rowsOf>[0], string[]]>([
  ['campaigns', { campaigns: [campaign(), campaign({}, 3)] }, ['campaigns.csv 3: id is that of line 2, too']],
  [
    'users, whatever the letters of the e-mail',
    { users: [user({ subject: 'x' }), user({ email: 'ONE@example.com', subject: 'x' }, 3)] },
    ['users.csv 3: id is', 'users.csv 3: email is', 'users.csv 3: subject is'],
  ],
  [
    'submissions',
    { ...GOOD, submissions: [submission(), submission({ url: link(2) }, 3)] },
    ['submissions.csv 3: id is that of line 2, too'],
  ],
  ['clips', { ...GOOD, clips: [clip(), clip({}, 3)] }, ['clips.csv 3: submission_id is that of line 2, too']],
])('what names a row names one row: %s', (_what, parts, expected) => {
  expect(refusals(parts)).toEqual(expected.map((why) => expect.stringContaining(why)));
});

test('a row may name one that was refused for its form, and may not have the name of one', () => {
  const refused = new RefusedRows();
  const kinds: Kind[] = ['campaigns', 'users', 'submissions'];
  for (const kind of kinds) refused.add(kind, 'bad', 9);
  const named = {
    users: [user()],
    campaigns: [campaign()],
    submissions: [submission({ campaign_id: 'bad' }), submission({ id: 's2', user_id: 'bad', url: link(2) }, 3)],
    clips: [clip({ submission_id: 'bad' })],
  };
  expect(refusals(named, refused)).toEqual([]);
  const again = {
    campaigns: [campaign({ id: 'bad' })],
    users: [user({ id: 'bad' })],
    submissions: [submission({ id: 'bad', campaign_id: 'bad', user_id: 'bad' })],
  };
  expect(refusals(again, refused)).toEqual([
    'campaigns.csv 2: id is that of line 9, too',
    'users.csv 2: id is that of line 9, too',
    'submissions.csv 2: id is that of line 9, too',
  ]);
});

test('the terms of an imported campaign are those of its row; what is missing is empty or nothing', () => {
  const given = {
    title: 'Spring',
    description: 'x',
    requirements: ['r'],
    min_views: 7n,
    max_earnings_per_clip: 9n,
    starts_at: day('2026-01-01'),
    ends_at: day('2026-02-01'),
    ad_campaign_id: 'ad',
  };
  expect(termsOf(campaign(given))).toEqual({
    title: 'Spring',
    description: 'x',
    budget: 100_000_000n,
    cpm: 1_000_000n,
    platforms: ['TIKTOK'],
    requirements: ['r'],
    minViews: 7n,
    maxEarningsPerClip: 9n,
    startsAt: day('2026-01-01'),
    endsAt: day('2026-02-01'),
    adCampaignId: 'ad',
  });
  expect(termsOf(campaign())).toMatchObject({ description: '', requirements: [], minViews: 0n, startsAt: null });
});

test('a link is a clip, or why it is none; a maximum is the submission’s, else the campaign’s', () => {
  expect(videoOf(link(1))).toMatchObject({ platform: 'TIKTOK' });
  expect([videoOf('hello'), videoOf('https://vm.tiktok.com/ZM1/')]).toEqual([
    expect.stringMatching(/^hello is not/),
    expect.stringMatching(/^url is a short link/),
  ]);
  const of = campaign({ max_earnings_per_clip: 7n });
  expect([maximumOf(submission({ max_earnings: 5n }), of), maximumOf(submission(), of)]).toEqual([5n, 7n]);
  expect([maximumOf(submission(), campaign()), maximumOf(submission(), undefined)]).toEqual([null, null]);
});

test('C5 whatever the clips of a campaign earned, it is refused exactly when that is over its budget', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 60_000_000n }), { maxLength: 4 }), (earnings) => {
      const sum = earnings.reduce((total, each) => total + each, 0n);
      const found = refusals({
        campaigns: [campaign(ENDED)],
        users: [user()],
        submissions: earnings.map((_, index) => submission({ id: `s${index}`, url: link(index) }, index + 2)),
        clips: earnings.map((each, index) => clip({ submission_id: `s${index}`, earnings: each }, index + 2)),
      });
      expect(found.length > 0).toBe(sum > 100_000_000n);
    }),
  );
});
