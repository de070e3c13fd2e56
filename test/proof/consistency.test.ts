import { callJob } from '../../jobs/runner.js';
import {
  ConsistencyDocument,
  NotificationsDocument,
  SpendSyncDocument,
  SyncCampaignSpendDocument,
} from '../../schema/generated/graphql.js';
import { checkConsistency, checkScheduled } from '../../src/proof/consistency.service.js';
import { rebuildTotals } from '../../src/proof/rebuild.service.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { until } from '../support/until.js';

const lines: string[] = [];
let bed: Testbed;
let campaign: string;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' }, onLog: (line) => lines.push(line) });
  campaign = await newCampaign(bed, { title: 'Example 7', budget: '10000.00' });
  await newApprovedClip(bed, campaign, 'ann', [0, 4_000_000]);
  await newApprovedClip(bed, campaign, 'ben', [0, 546_320]);
  await newCampaign(bed, { title: 'In order' });
  await track(bed, campaign);
});
afterAll(() => bed.stop());

const asSuperuser = async (statement: string) => {
  await bed.database.query(`begin; set local session_replication_role = replica; ${statement}; commit`);
};
const check = async (fresh: boolean | null = true) =>
  (await bed.ask(ConsistencyDocument, { fresh }, ADMIN)).consistencyReport;
const brokenLaws = async () =>
  (await check()).laws.filter((law) => law.violations > 0).map((law) => law.law.split(' ')[0]);
const toldAdmins = async () =>
  (await bed.ask(NotificationsDocument, { first: 100 }, ADMIN)).me.notifications.nodes.filter(
    (each) => each.type === 'LAW_BROKEN',
  );

test('V1 an admin sees every law hold, with its statement', async () => {
  const report = await check();
  expect(report).toMatchObject({ consistent: true });
  expect(report.laws).toHaveLength(15);
  expect(report.laws.every((law) => law.violations === 0 && law.statement.length > 20)).toBe(true);
  expect(await bed.refusal(ConsistencyDocument, {}, 'ann')).toBe('FORBIDDEN');
});

test('V1 a broken law is reported with the rows, logged as an error, and told to admins once while it stays broken', async () => {
  await asSuperuser(`update clip set earnings = earnings + 1 where campaign_id = '${campaign}'`);
  try {
    expect(await brokenLaws()).toContain('1');
    expect(await brokenLaws()).toContain('1');
    expect((await check()).consistent).toBe(false);
    expect((await toldAdmins()).filter((each) => each.title.includes('1 earnings are sums'))).toHaveLength(1);
    const logged = lines.map((line) => JSON.parse(line)).find((line) => line.msg === 'a law is broken');
    expect(logged).toMatchObject({ level: 50, law: '1 earnings are sums' });
  } finally {
    await asSuperuser(`update clip set earnings = earnings - 1 where campaign_id = '${campaign}'`);
  }
  expect(await brokenLaws()).toEqual([]);
});

test('V1 fresh: false answers the last finished check, made by whichever instance', async () => {
  const last = await check();
  expect((await check(false)).checkedAt).toBe(last.checkedAt);
  expect((await check(null)).checkedAt).not.toBe(last.checkedAt);
});

test('V1 whoever asks while a check is going joins it', async () => {
  const before = (await bed.database.query('select 1 from consistency_report')).length;
  const reports = await Promise.all(Array.from({ length: 10 }, () => checkConsistency(bed.database.orm.em, bed.deps)));
  expect(new Set(reports.map((report) => report.id)).size).toBe(1);
  expect((await bed.database.query('select 1 from consistency_report')).length).toBe(before + 1);
});

test('T13 of a slot of the schedule one instance makes the check; an outside scheduler can ask for one', async () => {
  const count = async () => (await bed.database.query('select 1 from consistency_report')).length;
  const before = await count();
  const slot = new Date('2026-01-01T03:30:00.000Z');
  await checkScheduled(bed.database.orm.em, bed.deps, slot);
  await checkScheduled(bed.database.orm.em, bed.deps, slot);
  expect(await count()).toBe(before + 1);
  expect(await callJob('consistency-check', bed.database.orm, bed.deps)).toEqual({ runId: null });
  // It is answered while it goes on.
  await until('the report is stored', async () => (await count()) > before + 1);
  expect(await count()).toBe(before + 2);
});

test('V1 the report is right while rounds settle', async () => {
  const busy = await newCampaign(bed, { budget: '100000.00' });
  for (let index = 0; index < 5; index += 1)
    await newApprovedClip(bed, busy, 'ann', [0, 1_000, 2_000, 3_000, 4_000, 5_000]);
  let settling = true;
  const rounds = (async () => {
    for (let round = 0; round < 5; round += 1) await track(bed, busy);
    settling = false;
  })();
  while (settling) expect(await brokenLaws()).toEqual([]);
  await rounds;
});

test('V2 example 7: recorded 3,075.93 against 4,546.32 differs by 1,470.39; spent is right before and after the sync', async () => {
  await asSuperuser(`update campaign set recorded_spent = 3075930000 where id = '${campaign}'`);
  const { campaignSpendSync: found } = await bed.ask(SpendSyncDocument, {}, ADMIN);
  expect(found.summary).toEqual({ total: 3, needsSync: 1, totalDifference: '1470.39' });
  expect(found.campaigns[0]).toMatchObject({
    campaign: { title: 'Example 7', spent: '4546.32' },
    recordedSpent: '3075.93',
    actualSpent: '4546.32',
    difference: '1470.39',
    needsSync: true,
    approvedClips: 2,
  });
  const { syncCampaignSpend: before } = await bed.ask(SyncCampaignSpendDocument, { campaignId: campaign }, ADMIN);
  expect(before.campaigns).toMatchObject([{ recordedSpent: '3075.93', difference: '1470.39', needsSync: true }]);
  const { campaignSpendSync: after } = await bed.ask(SpendSyncDocument, { campaignId: campaign }, ADMIN);
  expect(after).toMatchObject({
    campaigns: [{ campaign: { spent: '4546.32' }, recordedSpent: '4546.32', difference: '0.00', needsSync: false }],
    summary: { total: 1, needsSync: 0, totalDifference: '0.00' },
  });
  const [event] = await bed.database.query(
    `select before, after from audit_event where action = 'campaign.sync-spend' and subject_id = '${campaign}'`,
  );
  expect(event).toEqual({ before: '{"recordedSpent":"3075.93"}', after: '{"recordedSpent":"4546.32"}' });
});

test('V2 differences of both signs do not cancel out in the summary, the largest comes first', async () => {
  await asSuperuser(
    `update campaign set recorded_spent = case title when 'In order' then 5000000 else 4546310000 end where title in ('In order', 'Example 7')`,
  );
  const { campaignSpendSync: found } = await bed.ask(SpendSyncDocument, {}, ADMIN);
  expect(found.summary).toMatchObject({ needsSync: 2, totalDifference: '5.01' });
  expect(found.campaigns.slice(0, 2).map((each) => each.difference)).toEqual(['-5.00', '0.01']);
  await bed.ask(SyncCampaignSpendDocument, {}, ADMIN);
  expect((await bed.ask(SpendSyncDocument, {}, ADMIN)).campaignSpendSync.summary.needsSync).toBe(0);
  expect(await bed.refusal(SpendSyncDocument, { campaignId: 'x' }, ADMIN)).toBe('NOT_FOUND');
  expect(await bed.refusal(SyncCampaignSpendDocument, {}, 'ann')).toBe('FORBIDDEN');
});

test('a rebuild finds nothing to do, and puts right, with a trace, what a superuser broke', async () => {
  const rebuild = () => rebuildTotals(bed.database.orm.em, bed.deps);
  expect(await rebuild()).toEqual([]);
  await asSuperuser(
    `update campaign_totals set earnings = earnings + 5, pending = 9 where campaign_id = '${campaign}'`,
  );
  await asSuperuser(`delete from clipper_totals where campaign_id = '${campaign}'`);
  const differences = await rebuild();
  expect(differences).toHaveLength(3);
  expect(differences[0]).toMatchObject({
    subject: `campaign ${campaign}`,
    kept: '4546.320005/4546320/2/9/2/0/0',
    actual: '4546.32/4546320/2/0/2/0/0',
  });
  expect(differences.slice(1).map((each) => each.kept)).toEqual(['nothing', 'nothing']);
  await expectLawsHold(bed.database);
  expect(await rebuild()).toEqual([]);
  expect(await bed.database.query("select 1 from audit_event where action = 'totals.rebuild'")).toHaveLength(1);
  await expect(bed.database.query('update campaign_totals set earnings = 0')).rejects.toThrow('kept by the database');
});
