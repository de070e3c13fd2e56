// One round of very many clips of one campaign: right sums, memory, statements. npm run bench:round -- [CLIPS...]
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ormOptions } from '../../dist/mikro-orm.config.js';
import { workRound } from '../../dist/src/earnings/settlement/round.service.js';
import { readSettings } from '../../dist/src/infra/config.js';
import { connectDatabase, migrate } from '../../dist/src/infra/database/database.js';
import { startEmbeddedPostgres } from '../../dist/src/infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../../dist/src/infra/observability/logger.js';
import { ApifyViewSource } from '../../dist/src/platform/apify-view-source.js';
import { checkLaws } from '../../dist/src/proof/laws.js';
import { startRunOfCampaign } from '../../dist/src/tracking/run.service.js';

process.env.NO_PROXY = '127.0.0.1';
const sizes = parseArgs({ allowPositionals: true }).positionals.map(Number);
const BATCH = 1_000;

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-bench-'));
const postgres = process.env.DATABASE_URL ? undefined : await startEmbeddedPostgres({ directory });
const url = process.env.DATABASE_URL ?? postgres.url;
const source = spawn(process.execPath, [path.join(import.meta.dirname, 'source-process.mjs')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const sourceUrl = await new Promise((resolve) => source.stdout.once('data', (data) => resolve(String(data).trim())));
const settings = readSettings({
  DATABASE_URL: url,
  AUTH_JWT_SECRET: 'x'.repeat(32),
  APIFY_API_KEY: 'bench',
  TRACKING_BATCH_SIZE: String(BATCH),
  TRACKING_BATCH_PAUSE_MS: '0',
  APIFY_RUNS_PER_MINUTE: '24000',
});
let statements = 0;
const log = createLogger('warn');
const orm = await connectDatabase(ormOptions, {
  url,
  poolSize: 4,
  log,
  onStatement: () => {
    statements += 1;
  },
});
await migrate(orm, url);
const deps = {
  clock: { now: () => new Date() },
  log,
  settings,
  viewSource: new ApifyViewSource(settings, sourceUrl),
  queue: { send: async () => undefined },
};
const client = new pg.Client(url);
await client.connect();

/** A campaign with approved clips whose baselines are what the emulated source says when it is asked for the first time, less 1,000. */
async function makeCampaign(clips) {
  const {
    rows: [{ id }],
  } = await client.query(
    `insert into campaign (id, title, description, status, budget, cpm, platforms, requirements, min_views, created_at)
     values (gen_random_uuid(), $1, '', 'ACTIVE', 1000000000000000, 1000000, '{TIKTOK}', '{}', 0, now()) returning id`,
    [`${clips} clips`],
  );
  await client.query(
    `insert into "user" (id, subject, email, role, created_at) select gen_random_uuid(), $1 || n, 'x@example.com', 'CLIPPER', now() from generate_series(1, greatest($2::int / 20, 1)) n`,
    [`bench ${clips} `, clips],
  );
  await client.query(
    `with clipper as (select id, row_number() over () as place, count(*) over () as total from "user" where subject like $3)
     insert into clip_submission (id, campaign_id, clipper_id, url, canonical_url, platform, video_id, status, initial_views, cpm, min_views, submitted_at)
     select gen_random_uuid(), $1::uuid, c.id, 'x', 'https://www.tiktok.com/@u/video/' || v.id, 'TIKTOK', v.id, 'APPROVED', 0, 1000000, 0, now()
     from generate_series(1, $2::int) n cross join lateral (select (7400000000000000000 + $2::bigint * 10000000 + n)::text as id) v join clipper c on c.place = n % c.total + 1`,
    [id, clips, `bench ${clips} %`],
  );
  await client.query(
    `insert into clip (id, submission_id, campaign_id, clipper_id, state, views, earnings, approved_at)
     select gen_random_uuid(), s.id, s.campaign_id, s.clipper_id, 'LIVE', 0, 0, now() from clip_submission s where s.campaign_id = $1`,
    [id],
  );
  await client.query('analyze');
  return id;
}

const rows = [];
for (const clips of sizes.length ? sizes : [1_000, 10_000, 100_000]) {
  const campaignId = await makeCampaign(clips);
  globalThis.gc?.();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const counted = statements;
  const started = performance.now();
  const run = await startRunOfCampaign(orm.em.fork(), deps, campaignId);
  const {
    rows: [round],
  } = await client.query('select id from tracking_round where run_id = $1', [run.id]);
  await workRound(orm.em.fork(), deps, { roundId: round.id, signal: new AbortController().signal, lastTry: false });
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(watch);
  const {
    rows: [sums],
  } = await client.query(
    `select (select status from tracking_round where id = $2) as status, t.earnings = (select sum(v.views * 1000) from view_tracking v where v.round_id = $2) as right_sum,
            t.clip_count::int as clips, (select count(*)::int from view_tracking where round_id = $2) as readings from campaign_totals t where t.campaign_id = $1`,
    [campaignId, round.id],
  );
  const batches = Math.ceil(clips / BATCH);
  rows.push({
    clips,
    ...sums,
    seconds: seconds.toFixed(1),
    'peak MB (whole process)': Math.round(peak / 1e6),
    statements: statements - counted,
    'statements less 20 a batch': statements - counted - 20 * batches,
  });
}
console.table(rows);
const broken = (await checkLaws(orm.em)).filter((law) => law.violations > 0 && !law.law.startsWith('11'));
console.log(
  broken.length === 0
    ? 'Every law holds (11 aside: these clips were made without their events).'
    : JSON.stringify(broken),
);
await client.end();
await orm.close();
source.stdin.end();
await postgres?.stop();
fs.rmSync(directory, { recursive: true, force: true });
