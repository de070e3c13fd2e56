import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SignJWT } from 'jose';
import { DashboardDocument } from '../../schema/generated/graphql.js';
import { describeImport } from '../../src/legacy-import/import.report.js';
import { importFolder } from '../../src/legacy-import/import.service.js';
import { ImportError } from '../../src/legacy-import/import-files.js';
import { Platform } from '../../src/platform/platform.js';
import { replay } from '../../src/proof/replay.service.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, track } from '../support/play.js';
import { createTestbed, TEST_SECRET, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeEach(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
});
afterEach(() => bed.stop());

const link = (number: number) => `https://www.tiktok.com/@someone/video/${7_300_000_000_000_000_000n + BigInt(number)}`;

/** An older system: an open and a completed campaign, two clippers, one of them paid. */
const OLD: Record<string, string> = {
  'campaigns.csv': `id,title,status,budget,cpm,platforms,min_views,completed_at,recorded_spent
c1,"Summer, launch",ACTIVE,5000,1.00,TIKTOK|YOUTUBE,,,1586.00
c2,Spring,COMPLETED,300.00,2.00,TIKTOK,1000,2026-05-01,300.00
`,
  'users.csv': `id,email,name,created_at
u1,one@example.com,One,2025-01-01
u2,two@example.com,,
`,
  'submissions.csv': `id,campaign_id,user_id,url,status,initial_views,submitted_at
s1,c1,u1,${link(1)},APPROVED,1000,2026-04-01T10:00:00Z
s2,c1,u2,${link(2)},PENDING,0,
s3,c1,u2,${link(3)},REJECTED,0,
s4,c2,u1,${link(4)},PAID,0,2026-03-01
s5,c2,u2,${link(5)},APPROVED,500,2026-03-01
`,
  'clips.jsonl': `{"submission_id":"s1","views":2450000,"earnings":"2449.00","last_tracked_at":"2026-11-01T00:00:00Z"}
{"submission_id":"s4","views":100000,"earnings":"200.00"}
{"submission_id":"s5","views":400,"earnings":"100.00"}
`,
  'payout-requests.csv': `id,user_id,amount,method,details,status
r1,u1,150.00,PAYPAL,one@example.com,COMPLETED
`,
  'payouts.csv': `request_id,user_id,amount,method,transaction_id,paid_at
r1,u1,150.00,PAYPAL,TX-OLD-1,2026-06-01
,u2,40.00,PAYPAL,TX-OLD-2,2026-06-01
`,
};

function folderOf(files: Record<string, string>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-import-'));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

const run = (files: Record<string, string>, options: { dryRun?: boolean; nothingWasPaid?: boolean } = {}) =>
  importFolder(bed.database.orm.em, bed.deps, folderOf(files), { dryRun: false, nothingWasPaid: false, ...options });

const countRows = async () => {
  const tables = [
    '"user"',
    'campaign',
    'clip_submission',
    'clip',
    'view_tracking',
    'earning_entry',
    'campaign_event',
    'payout',
    'imported_row',
    'audit_event',
  ];
  const counts = tables.map((table) => `(select count(*)::int from ${table})`).join(', ');
  const [row] = await bed.database.query<{ counts: number[] }>(`select array[${counts}] as counts`);
  return row?.counts;
};

test('an older system is imported with its money, every law holds, and replay gives the same to the micro', async () => {
  const { refusals, counts, earnings } = await run(OLD);
  expect(refusals).toEqual([]);
  expect(counts).toEqual({ campaigns: 2, users: 2, submissions: 5, clips: 3, 'payout-requests': 1, payouts: 2 });
  expect(earnings).toBe(2_749_000_000n);
  await expectLawsHold(bed.database);
  expect(await replay(bed.database.orm.em, null)).toMatchObject({
    differences: 0,
    examples: [],
    earnings: 2_749_000_000n,
  });
  const { campaigns } = await bed.ask<{ campaigns: { nodes: object[] } }, object>(
    '{ campaigns { nodes { title status spent remaining clipCount views recordedSpent completionReason submissionCounts { total } } } }',
    {},
    ADMIN,
  );
  expect(campaigns.nodes).toEqual(
    expect.arrayContaining([
      {
        title: 'Summer, launch',
        status: 'ACTIVE',
        spent: '2449.00',
        remaining: '2551.00',
        clipCount: 1,
        views: 2_450_000,
        recordedSpent: '1586.00',
        completionReason: null,
        submissionCounts: { total: 3 },
      },
      {
        title: 'Spring',
        status: 'COMPLETED',
        spent: '300.00',
        remaining: '0.00',
        clipCount: 2,
        views: 100_500,
        recordedSpent: '300.00',
        completionReason: 'BUDGET_FILLED',
        submissionCounts: { total: 2 },
      },
    ]),
  );
});

test('what the older system had written down as spent shows up in campaignSpendSync against what its clips earned', async () => {
  await run(OLD);
  const { campaignSpendSync } = await bed.ask<{ campaignSpendSync: { campaigns: object[] } }, object>(
    '{ campaignSpendSync { campaigns { campaign { title } recordedSpent actualSpent difference needsSync } } }',
    {},
    ADMIN,
  );
  expect(campaignSpendSync.campaigns[0]).toEqual({
    campaign: { title: 'Summer, launch' },
    recordedSpent: '1586.00',
    actualSpent: '2449.00',
    difference: '863.00',
    needsSync: true,
  });
});

test('an imported user is joined by a verified e-mail at the first call, once, and has their balance', async () => {
  await run(OLD);
  const { me } = await bed.ask(DashboardDocument, {}, 'one');
  expect(me).toMatchObject({ name: 'One', totalEarned: '2649.00', availableBalance: '50.00', paidOut: '150.00' });
  const again = await bed.ask(DashboardDocument, {}, 'one');
  expect(again.me!.id).toBe(me!.id);
  const [{ n } = { n: -1 }] = await bed.database.query<{ n: number }>(
    `select count(*)::int as n from "user" where lower(email) = 'one@example.com'`,
  );
  expect(n).toBe(1);
});

test('an e-mail that nobody has verified joins no imported user', async () => {
  await bed.stop();
  bed = await createTestbed({ settings: { AUTH_EMAILS_ARE_VERIFIED: 'false' } });
  await run(OLD);
  const token = await new SignJWT({ email: 'two@example.com', user_metadata: { email_verified: true } })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('someone-else')
    .setExpirationTime('1 hour')
    .sign(new TextEncoder().encode(TEST_SECRET));
  const response = await fetch(`${bed.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ me { totalEarned } }"}',
  });
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'An account with this e-mail address is kept for its owner: confirm the address where you signed in.',
        extensions: { code: 'FORBIDDEN' },
      },
    ],
  });
  const { me } = await bed.ask(DashboardDocument, {}, 'two');
  expect(me!.totalEarned).toBe('100.00');
});

test('a token cannot name the subject that an imported user has until they sign in', async () => {
  await run(OLD);
  const [{ subject } = { subject: '' }] = await bed.database.query<{ subject: string }>(
    `select subject from "user" where starts_with(subject, 'imported:') limit 1`,
  );
  expect(await bed.refusal(DashboardDocument, {}, subject)).toBe('UNAUTHENTICATED');
});

test('an imported clip is paid from then on only for what it has not been paid for', async () => {
  await run(OLD);
  const [{ id } = { id: '' }] = await bed.database.query<{ id: string }>(
    `select id from campaign where status = 'ACTIVE'`,
  );
  bed.emulator.views.script(Platform.TIKTOK, String(7_300_000_000_000_000_001n), [2_450_500, 2_451_500]);
  await track(bed);
  const spent = async () =>
    (await bed.ask<{ campaign: { spent: string } }, object>(`{ campaign(id: "${id}") { spent } }`, {}, ADMIN)).campaign
      .spent;
  // Entitled: (2,450,500 - 1,000) views at 1.00 a thousand = 2,449.50, of which 2,449.00 was earned.
  expect(await spent()).toBe('2449.50');
  await track(bed);
  expect(await spent()).toBe('2450.50');
  await expectLawsHold(bed.database);
  expect((await replay(bed.database.orm.em, null)).differences).toBe(0);
});

test('a dry run says what would happen and leaves nothing behind', async () => {
  const before = await countRows();
  const report = await run(OLD, { dryRun: true });
  expect(describeImport(report, true, 'USD')).toBe(
    'Nothing is wrong; without --dry-run these are imported: 2 campaigns, 2 users, 5 submissions, 3 clips, 1 payout-requests, 2 payouts.\nOpening earnings 2749.00 USD, paid out 190.00 USD.',
  );
  expect(await countRows()).toEqual(before);
});

test('an import is refused the second time, and its users may be named again in another part', async () => {
  await run(OLD);
  const before = await countRows();
  const { refusals } = await run(OLD);
  expect(refusals.map(({ file, line, why }) => `${file} ${line} ${why}`)).toContain(
    'campaigns.csv 2 c1 was imported before',
  );
  expect(await countRows()).toEqual(before);
  const part = await run({
    'campaigns.csv': 'id,title,status,budget,cpm,platforms\nc3,More,ACTIVE,100,1,TIKTOK\n',
    'users.csv': OLD['users.csv'] as string,
    'submissions.csv': `id,campaign_id,user_id,url,status,initial_views\ns9,c3,u1,${link(9)},APPROVED,0\n`,
  });
  expect(part.refusals).toEqual([]);
  const { me } = await bed.ask(DashboardDocument, {}, 'one');
  expect(me!.submissions.nodes).toHaveLength(3);
  await expectLawsHold(bed.database);
});

/** One thing wrong each: the file that is changed, what is put in place of what, and why it is refused. */
const WRONG: [string, string, string, string, string][] = [
  [
    'money with a float',
    'clips.jsonl',
    '"200.00"',
    '200.5',
    'clips.jsonl line 2: earnings is wrong: it must be a decimal string',
  ],
  [
    'an unknown status',
    'campaigns.csv',
    'ACTIVE',
    'RUNNING',
    'campaigns.csv line 2: status is wrong: it must be one of DRAFT',
  ],
  ['a column that there is not', 'users.csv', 'name,', 'nickname,', 'users.csv line 2: there is no column nickname'],
  [
    'a missing baseline',
    'submissions.csv',
    'APPROVED,1000',
    'APPROVED,',
    'submissions.csv line 2: initial_views is missing',
  ],
  [
    'a CPM of four decimals',
    'campaigns.csv',
    '5000,1.00',
    '5000,1.0005',
    'campaigns.csv line 2: cpm must have at most 3 decimals.',
  ],
  [
    'an unknown campaign',
    'submissions.csv',
    's2,c1',
    's2,c9',
    'submissions.csv line 3: campaign_id: there is no campaign c9',
  ],
  [
    'an unknown user',
    'submissions.csv',
    's2,c1,u2',
    's2,c1,u9',
    'submissions.csv line 3: user_id: there is no user u9',
  ],
  [
    'the same clip twice',
    'submissions.csv',
    link(2),
    link(1),
    'submissions.csv line 3: the same clip is in the same campaign on line 2',
  ],
  [
    'a link that is no clip',
    'submissions.csv',
    link(2),
    'https://example.com/x',
    'submissions.csv line 3: example.com is not a supported site.',
  ],
  [
    'a pending one in an ended campaign',
    'submissions.csv',
    `s5,c2,u2,${link(5)},APPROVED`,
    `s5,c2,u2,${link(5)},PENDING`,
    'submissions.csv line 6: status is PENDING, but the campaign is COMPLETED',
  ],
  ['a clip of a rejected one', 'clips.jsonl', '"s5"', '"s3"', 'clips.jsonl line 3: its submission is REJECTED'],
  [
    'clips over their budget',
    'campaigns.csv',
    '300.00,2.00',
    '299.99,2.00',
    'campaigns.csv line 3: its clips earned 300.00, over its budget of 299.99',
  ],
  [
    'an open campaign whose budget is full',
    'campaigns.csv',
    '5000,1.00',
    '2449,1.00',
    'campaigns.csv line 2: its clips earned all of its budget: give status COMPLETED',
  ],
  [
    'an ended campaign without its end',
    'campaigns.csv',
    '2026-05-01',
    '',
    'campaigns.csv line 3: completed_at is missing',
  ],
  [
    'payouts over the earnings',
    'payouts.csv',
    ',u2,40.00',
    ',u2,100.01',
    'user u2 was paid and asks for 100.01, but earned 100.00',
  ],
  [
    'a completed request without its payout',
    'payouts.csv',
    'r1,u1',
    ',u1',
    'payout-requests.csv line 2: status is COMPLETED, but no payout names it',
  ],
  [
    'a payout of another amount',
    'payouts.csv',
    'r1,u1,150.00',
    'r1,u1,149.00',
    'payouts.csv line 2: its request has another user, amount or method',
  ],
  [
    'a transaction twice',
    'payouts.csv',
    'TX-OLD-2',
    'TX-OLD-1',
    'payouts.csv line 3: transaction_id is that of line 2, too',
  ],
  [
    'details that cannot be paid to',
    'payout-requests.csv',
    'one@example.com',
    'one',
    'payout-requests.csv line 2: details must be the e-mail address',
  ],
  [
    'two users of one address',
    'users.csv',
    'two@example.com',
    'ONE@example.com',
    'users.csv line 3: email is that of line 2, too',
  ],
  [
    'a line that is no JSON',
    'clips.jsonl',
    '{"submission_id":"s4"',
    '{submission_id:"s4"',
    'clips.jsonl line 2: is not a JSON object',
  ],
  ['a CSV with a quote left open', 'users.csv', 'One', '"One', 'users.csv: is not CSV'],
  [
    'a CPM of nothing for one submission',
    'submissions.csv',
    'status,initial_views,submitted_at',
    'status,initial_views,cpm',
    'submissions.csv line 2: cpm is wrong',
  ],
  [
    'an open campaign past its end',
    'campaigns.csv',
    'completed_at,',
    'ends_at,',
    'campaigns.csv line 3: completed_at is missing',
  ],
  [
    'a day that there is not',
    'payouts.csv',
    '2026-06-01',
    '2026-02-30',
    'payouts.csv line 2: paid_at is wrong: it must be an instant',
  ],
  [
    'what has not happened yet',
    'payouts.csv',
    '2026-06-01',
    '2096-06-01',
    'payouts.csv line 2: paid_at is in the future',
  ],
  [
    'a control character',
    'clips.jsonl',
    '"s4"',
    '"s4\\u0000"',
    'clips.jsonl line 2: submission_id is wrong: it must be a text',
  ],
  [
    'money beyond every limit',
    'campaigns.csv',
    '1586.00',
    '9223372036855.00',
    'recorded_spent is wrong: it must be a decimal string',
  ],
  [
    'a transaction id with a space',
    'payouts.csv',
    'TX-OLD-1',
    'TX OLD 1',
    'payouts.csv line 2: transaction_id must be',
  ],
  [
    'a column twice',
    'users.csv',
    'name,created_at',
    'name,name',
    'users.csv: is not CSV: the column name is there twice',
  ],
];

test.each(WRONG)('%s is refused with its reason, and nothing is imported', async (_name, file, what, by, why) => {
  const before = await countRows();
  const changed = { ...OLD, [file]: (OLD[file] as string).replace(what, by) };
  expect(changed[file]).not.toBe(OLD[file]);
  const report = await run(changed);
  expect(describeImport(report, false, 'USD')).toContain(why);
  expect(await countRows()).toEqual(before);
});

test('every refused row is told in one pass, and none is refused for what it refers to in another', async () => {
  const wrong = {
    ...OLD,
    // The form of c1, u2 and s4 is wrong: what names them is judged when they are right.
    'campaigns.csv': (OLD['campaigns.csv'] as string).replace(
      'c1,"Summer, launch",ACTIVE,5000',
      'c1,"Summer, launch",ACTIVE,much',
    ),
    'users.csv': (OLD['users.csv'] as string).replace('two@example.com', 'two'),
    'submissions.csv': (OLD['submissions.csv'] as string)
      .replace(`s4,c2,u1,${link(4)},PAID`, `s4,c2,u1,${link(4)},LOST`)
      .replace('s5,c2,u2', 's5,c2,u9'),
    // Between rows: a clip of no submission, a payout of another amount.
    'clips.jsonl': `${OLD['clips.jsonl']}{"submission_id":"s9","views":1,"earnings":"0.00"}\n`,
    'payouts.csv': (OLD['payouts.csv'] as string).replace('r1,u1,150.00', 'r1,u1,151.00'),
  };
  const { refusals } = await run(wrong);
  expect(refusals.map(({ file, line }) => `${file} ${line}`).toSorted()).toEqual([
    'campaigns.csv 2',
    'clips.jsonl 4',
    'payouts.csv 2',
    'submissions.csv 5',
    'submissions.csv 6',
    'users.csv 3',
  ]);
  // Two rows of one id: the second is told, although the first is refused for its form.
  const twice = {
    ...OLD,
    'users.csv': `${(OLD['users.csv'] as string).replace('one@example.com', 'one')}u1,more@example.com,,\n`,
  };
  expect((await run(twice)).refusals.map(({ file, line }) => `${file} ${line}`).toSorted()).toEqual([
    'users.csv 2',
    'users.csv 4',
  ]);
});

test('earnings without a file of payouts are refused, unless the operator says that nothing was paid', async () => {
  const { 'payouts.csv': _payouts, 'payout-requests.csv': _requests, ...unpaid } = OLD;
  const refused = await run(unpaid);
  expect(refused.refusals).toEqual([
    {
      file: 'payouts.csv',
      line: 0,
      why: 'is missing, but 2749.00 were earned, and what of it was paid would be paid again: give it, or --nothing-was-paid',
    },
  ]);
  expect((await run(unpaid, { nothingWasPaid: true })).refusals).toEqual([]);
  expect((await bed.ask(DashboardDocument, {}, 'one')).me!.availableBalance).toBe('200.00');
});

test('an open campaign past its end, or before its start, is refused: it would be ended without being read', async () => {
  const whyOf = async (dates: string) => {
    const header = 'id,title,status,budget,cpm,platforms,starts_at,ends_at';
    const report = await run({ 'campaigns.csv': `${header}\nc,C,ACTIVE,100,1,TIKTOK,${dates}\n` }, { dryRun: true });
    return report.refusals.map(({ why }) => why);
  };
  expect(await whyOf(',2026-01-01')).toEqual([
    'ends_at has passed, but the campaign is ACTIVE: give a later one, or COMPLETED and completed_at',
  ]);
  expect(await whyOf('2096-01-01,')).toEqual([
    'starts_at is in the future, but the campaign is ACTIVE: give SCHEDULED',
  ]);
  expect(await whyOf('2026-01-01,2096-01-01')).toEqual([]);
});

test('a user who is here already is not changed by an import: what it would change is refused', async () => {
  await run(OLD);
  const part = {
    'campaigns.csv': 'id,title,status,budget,cpm,platforms\nc3,More,ACTIVE,100,1,TIKTOK\n',
    'users.csv': 'id,email,suspended_at\nu1,one@example.com,2026-06-01\n',
  };
  const { refusals } = await run(part);
  expect(refusals.map(({ why }) => why)).toEqual(['the user is here already: suspend them by suspendUser']);
});

test('thousands of refusals are told of, and the events of very many submissions make one whole chain', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `s${index},c,u,${link(index)},APPROVED,0`);
  const files = {
    'campaigns.csv': 'id,title,status,budget,cpm,platforms\nc,C,ACTIVE,100,1,TIKTOK\n',
    'submissions.csv': `id,campaign_id,user_id,url,status,initial_views\n${many.join('\n')}\n`,
  };
  expect((await run(files)).refusals).toHaveLength(10_000);
  expect((await run({ ...files, 'users.csv': 'id,email\nu,u@example.com\n' })).refusals).toEqual([]);
  await expectLawsHold(bed.database);
});

test('a folder without an import is refused in words', async () => {
  await expect(run({ 'readme.txt': '' })).rejects.toThrow(ImportError);
  await expect(
    importFolder(bed.database.orm.em, bed.deps, '/nowhere', { dryRun: true, nothingWasPaid: false }),
  ).rejects.toThrow('/nowhere is not a folder');
});
