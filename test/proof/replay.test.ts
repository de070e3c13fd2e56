import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { RevokeSubmissionDocument, UpdateCampaignDocument } from '../../schema/generated/graphql.js';
import { replay } from '../../src/proof/replay.service.js';
import { ADMIN, newApprovedClip, newCampaign, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const ROOT = path.join(import.meta.dirname, '..', '..');
let bed: Testbed;
let capped: string;
let clip: { clipId: string; submissionId: string };
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  const shared = await newCampaign(bed, { budget: '10.00' });
  for (const clipper of ['ann', 'ben', 'cat']) await newApprovedClip(bed, shared, clipper, [0, 5_000]);
  capped = await newCampaign(bed, { budget: '40.00', maxEarningsPerClip: '7.00', minViews: 500 });
  clip = await newApprovedClip(bed, capped, 'ann', [1_000, 3_000, 2_000, 99_000]);
  await newApprovedClip(bed, capped, 'ben', [0, 400, 501, 600]);
  const cheat = await newApprovedClip(bed, capped, 'cat', [0, 2_000, 3_000]);
  await track(bed, shared);
  await track(bed, capped);
  await bed.ask(RevokeSubmissionDocument, { id: cheat.submissionId, input: { reason: 'OTHER' } }, ADMIN);
  await bed.ask(UpdateCampaignDocument, { id: capped, input: { budget: '50.00', cpm: '3.00' } }, ADMIN);
  await newApprovedClip(bed, capped, 'dan', [0, 1_000]);
  await track(bed, capped);
  await track(bed, capped);
  await newEarnings(bed, 'eve', '20.005');
});
afterAll(() => bed.stop());

const run = (until: Date | null = null) => replay(bed.database.orm.em, until);
const asSuperuser = (statement: string) =>
  bed.database.query(`begin; set local session_replication_role = replica; ${statement}; commit`);
const totals = async () => {
  const [row] = await bed.database.query<{ sum: string }>('select sum(earnings) from campaign_totals');
  return BigInt(row?.sum ?? 0);
};

test('V3 shares, maxima, minima, dips, raised budgets, changed terms and reversals: the rules alone give what is stored, to the micro', async () => {
  const result = await run();
  expect(result).toMatchObject({ campaigns: 3, differences: 0, examples: [] });
  expect(result.earnings).toBe(await totals());
  expect(result.entries).toBe((await bed.database.query('select 1 from earning_entry')).length);
  expect(result.readings).toBe((await bed.database.query('select 1 from view_tracking')).length);
});

test('V3 the order is that of the numbers: clocks that jump change nothing', async () => {
  await asSuperuser("update earning_entry set created_at = now() - random() * interval '1 year'");
  expect(await run()).toMatchObject({ differences: 0 });
});

test.each([
  [
    'an entry’s amount',
    () => `update earning_entry set amount = amount + 1 where clip_id = '${clip.clipId}' and from_views = 1000`,
    () => `update earning_entry set amount = amount - 1 where clip_id = '${clip.clipId}' and from_views = 1000`,
  ],
  [
    'an entry’s cap',
    () => `update earning_entry set cap = 'BUDGET_SHARE' where clip_id = '${clip.clipId}' and cap = 'CLIP_MAXIMUM'`,
    () => `update earning_entry set cap = 'CLIP_MAXIMUM' where clip_id = '${clip.clipId}' and cap = 'BUDGET_SHARE'`,
  ],
  [
    'a reading',
    () => `update view_tracking set views = views + 1000 where clip_id = '${clip.clipId}' and views = 3000`,
    () => `update view_tracking set views = views - 1000 where clip_id = '${clip.clipId}' and views = 4000`,
  ],
  [
    'a clip’s earnings',
    () => `update clip set earnings = earnings + 1 where id = '${clip.clipId}'`,
    () => `update clip set earnings = earnings - 1 where id = '${clip.clipId}'`,
  ],
  [
    'a clip’s views',
    () => `update clip set views = views + 1 where id = '${clip.clipId}'`,
    () => `update clip set views = views - 1 where id = '${clip.clipId}'`,
  ],
  [
    'a clip that was never approved',
    () =>
      `update campaign_event set type = 'WITHDRAWN' where type = 'APPROVED' and content ->> 'clipId' = '${clip.clipId}'`,
    () =>
      `update campaign_event set type = 'APPROVED' where type = 'WITHDRAWN' and content ->> 'clipId' = '${clip.clipId}'`,
  ],
])('V3 %s that was edited is found', async (_what, edit, undo) => {
  await asSuperuser(edit());
  try {
    const { differences, examples } = await run();
    expect(differences).toBeGreaterThan(0);
    expect(examples.join()).toContain(clip.clipId);
  } finally {
    await asSuperuser(undo());
  }
  expect(await run()).toMatchObject({ differences: 0 });
});

test('V3 until an instant: what had been earned by then', async () => {
  const [event] = await bed.database.query<{ at: Date }>(
    "select at from campaign_event where campaign_id = $1 and type = 'ROUND_SETTLED' order by number limit 1",
    [capped],
  );
  const then = await run(event?.at ?? null);
  expect(then).toMatchObject({ differences: 0 });
  // Three shares of 10.00; in the other campaign 2.00 for ann and 2.00 for cat, who was revoked later.
  expect(then.earnings).toBe(14_000_000n);
  expect((await run(new Date(0))).earnings).toBe(0n);
});

describe('on the command line', () => {
  const command = async (...args: string[]) => {
    const env = { ...process.env, DATABASE_URL: bed.database.url, AUTH_JWT_SECRET: 'x'.repeat(32) };
    const file = path.join(ROOT, 'dist', 'src', 'cli.js');
    return promisify(execFile)(process.execPath, [file, ...args], { env, cwd: ROOT }).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        text: error.stdout + error.stderr,
      }),
    );
  };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-heads-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  test('verify says that every law holds, prints the heads, and checks them when they come back', async () => {
    const { code, text } = await command('verify');
    expect([code, text.match(/^holds /gm)?.length, text.match(/^head /gm)?.length]).toEqual([0, 14, 3]);
    const file = path.join(folder, 'heads');
    fs.writeFileSync(file, text);
    expect((await command('verify', `--head=${file}`)).code).toBe(0);
    await bed.ask(UpdateCampaignDocument, { id: capped, input: { title: 'Renamed' } }, ADMIN);
    expect((await command('verify', `--head=${file}`)).code).toBe(0);
    fs.writeFileSync(
      file,
      text.replace(/(head \S+ \d+ )(.)/, (_all, head, first) => `${head}${first === '0' ? '1' : '0'}`),
    );
    const rewritten = await command('verify', `--head=${file}`);
    expect(rewritten.code).toBe(1);
    expect(rewritten.text).toMatch(/BROKEN campaign .* is not the one whose head was kept/);
    fs.writeFileSync(file, 'nothing');
    expect((await command('verify', `--head=${file}`)).text).toContain('--head must name a file');
  });

  test('verify and replay exit with 1 when a cent is wrong, and say where', async () => {
    await asSuperuser(`update clip set earnings = earnings + 10000 where id = '${clip.clipId}'`);
    const [verified, replayed] = [await command('verify'), await command('replay')];
    await asSuperuser(`update clip set earnings = earnings - 10000 where id = '${clip.clipId}'`);
    expect([verified.code, replayed.code]).toEqual([1, 1]);
    expect(verified.text).toContain(`clip ${clip.clipId} shows`);
    expect(replayed.text).toContain(`clip ${clip.clipId}:`);
    expect((await command('replay')).text).toContain('Nothing differs.');
    expect((await command('replay', '--until=yesterday')).text).toContain('--until is wrong');
  });

  test('sync-campaign-spend shows a block for each campaign that differs, writes unless it is a dry run, and leaves a trace', async () => {
    await asSuperuser(`update campaign set title = 'Drifted', recorded_spent = 1000000 where id = '${capped}'`);
    const dry = await command('sync-campaign-spend', '--dry-run');
    expect(dry.text).toContain('Drifted\n  id              ');
    expect(dry.text).toMatch(
      /recorded spent {2}1\.00 \(2\.00 %\)\n {2}actual spent {4}[\d.]+ \([\d.]+ %\)\n {2}difference {6}\+/,
    );
    expect(dry.text).toContain('3 campaigns, 1 differ');
    expect((await command('sync-campaign-spend', `--campaign-id=${capped}`)).text).toContain('Stored.');
    expect((await command('sync-campaign-spend')).text).toContain('Nothing to sync.');
    expect(
      await bed.database.query(
        "select 1 from audit_event where action = 'campaign.sync-spend' and via = 'command' and actor_id is null",
      ),
    ).toHaveLength(1);
    expect(await command('sync-campaign-spend', '--campaign-id=x')).toMatchObject({
      code: 1,
      text: expect.stringContaining('Campaign not found'),
    });
  });

  test('rebuild says that nothing differed; an unknown option or command is refused with what there is', async () => {
    expect((await command('rebuild')).text).toContain('Nothing differed.');
    expect((await command('verify', '--heads')).text).toContain(
      '--heads is not known: npm run verify accepts --head=FILE',
    );
    expect((await command('verfy')).text).toContain('it must be one of migrate,');
  });
});
