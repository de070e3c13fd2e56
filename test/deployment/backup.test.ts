import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ormOptions } from '../../mikro-orm.config.js';
import { connectDatabase, migrate } from '../../src/infra/database/database.js';
import { startEmbeddedPostgres } from '../../src/infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { importFolder } from '../../src/legacy-import/import.service.js';
import { replay } from '../../src/proof/replay.service.js';
import { verify } from '../../src/proof/verify.service.js';
import { newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, testSettings } from '../support/testbed.js';

const log = createLogger('silent');

/** What the proofs say of a database: its heads, broken laws, and what replay comes to. */
async function proofsOf(url: string) {
  const orm = await connectDatabase(ormOptions, { url, poolSize: 2, log });
  const lines: string[] = [];
  try {
    const broken = await verify(orm.em, [], (line) => lines.push(line));
    const { campaigns, events, earnings, differences } = await replay(orm.em, null);
    return {
      broken,
      differences,
      campaigns,
      events,
      earnings,
      heads: lines.filter((line) => /[0-9a-f]{64}/.test(line)),
    };
  } finally {
    await orm.close();
  }
}

/** Whether pg_dump is here, and as new as the server: an older one refuses to dump it. */
async function canDump(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ major: number }>(
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  await client.end();
  try {
    const version = execFileSync('pg_dump', ['--version'], { encoding: 'utf8' });
    return Number(/ (\d+)/.exec(version)?.[1]) >= (rows[0]?.major ?? 0);
  } catch {
    return false;
  }
}

test('a dump restored into another database proves clean, with the same heads and the same money', async () => {
  const bed = await createTestbed();
  try {
    if (!(await canDump(bed.database.url))) {
      process.stdout.write('no pg_dump as new as the server is here: the copy of files below is what is tested\n');
      return;
    }
    const campaignId = await newCampaign(bed, { budget: '1000.00' });
    for (const clipper of ['one', 'two']) await newApprovedClip(bed, campaignId, clipper, [0, 5_000, 9_000]);
    await track(bed);
    await track(bed);
    await bed.queue.stop(2_000);
    const before = await proofsOf(bed.database.url);
    expect(before).toMatchObject({ broken: 0, differences: 0, earnings: 18_000_000n });
    const dump = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-dump-')), 'clipledger.dump');
    execFileSync('pg_dump', ['--format=custom', '--no-owner', `--file=${dump}`, bed.database.url]);
    const restored = new URL(bed.database.url);
    restored.pathname = `${restored.pathname}_restored`;
    const name = restored.pathname.slice(1);
    await bed.database.query(`create database ${name}`);
    try {
      execFileSync('pg_restore', ['--exit-on-error', '--no-owner', `--dbname=${restored.href}`, dump]);
      expect(await proofsOf(restored.href)).toEqual(before);
    } finally {
      await bed.database.query(`drop database ${name} with (force)`);
    }
  } finally {
    await bed.stop();
  }
});

test('a copy of the files of a stopped database proves clean when it is started elsewhere', async () => {
  const [directory, copy] = ['data', 'copy'].map((name) =>
    fs.mkdtempSync(path.join(os.tmpdir(), `clipledger-${name}-`)),
  ) as [string, string];
  const settings = testSettings({ CURRENCY: 'USD' });
  const original = await startEmbeddedPostgres({ directory });
  let before: Awaited<ReturnType<typeof proofsOf>>;
  try {
    const orm = await connectDatabase(ormOptions, { url: original.url, poolSize: 2, log });
    await migrate(orm, original.url);
    fs.writeFileSync(
      path.join(copy, 'campaigns.csv'),
      'id,title,status,budget,cpm,platforms\nc,C,ACTIVE,100,1,TIKTOK\n',
    );
    fs.writeFileSync(path.join(copy, 'users.csv'), 'id,email\nu,u@example.com\n');
    fs.writeFileSync(
      path.join(copy, 'submissions.csv'),
      'id,campaign_id,user_id,url,status,initial_views\ns,c,u,https://www.tiktok.com/@a/video/7300000000000000001,APPROVED,0\n',
    );
    fs.writeFileSync(path.join(copy, 'clips.csv'), 'submission_id,views,earnings\ns,5000,5.00\n');
    const options = { dryRun: false, nothingWasPaid: true };
    const report = await importFolder(orm.em, { settings, clock: { now: () => new Date() } }, copy, options);
    expect(report.refusals).toEqual([]);
    await orm.close();
    before = await proofsOf(original.url);
  } finally {
    await original.stop();
  }
  expect(before).toMatchObject({ broken: 0, differences: 0, earnings: 5_000_000n });
  fs.rmSync(copy, { recursive: true });
  // The owner is kept: PostgreSQL refuses files of somebody else's.
  execFileSync('cp', ['-a', directory, copy]);
  fs.rmSync(directory, { recursive: true });
  const restored = await startEmbeddedPostgres({ directory: copy });
  try {
    expect(await proofsOf(restored.url)).toEqual(before);
  } finally {
    await restored.stop();
    fs.rmSync(copy, { recursive: true, force: true });
  }
});
