// What data costs on disk, and what partitioning of readings by month costs and gives. npm run bench:storage [-- S|tiny|M]
import 'reflect-metadata';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ormOptions } from '../../dist/mikro-orm.config.js';
import { connectDatabase, migrate } from '../../dist/src/infra/database/database.js';
import { startEmbeddedPostgres } from '../../dist/src/infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../../dist/src/infra/observability/logger.js';
import { makeDataset, SIZES } from './dataset.mjs';

const [, , size = 'S'] = process.argv;
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-storage-'));
const postgres = await startEmbeddedPostgres({
  directory,
  serverSettings: { shared_buffers: '1GB', max_wal_size: '4GB' },
});
const orm = await connectDatabase(ormOptions, { url: postgres.url, poolSize: 2, log: createLogger('error') });
await migrate(orm, postgres.url);
await orm.close();
const client = new pg.Client(postgres.url);
await client.connect();
await makeDataset(client, SIZES[size]);
await client.query('vacuum analyze');
const rowsOf = async (text, values) => (await client.query(text, values)).rows;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.trunc(numbers.length / 2)];

console.log(`dataset ${size} ${JSON.stringify(SIZES[size])}; MB a million rows, indexes included`);
for (const table of ['clip', 'clip_submission', 'view_tracking', 'earning_entry', 'clipper_totals', 'campaign_event']) {
  const [{ rows, bytes, index }] = await rowsOf(
    `select (select count(*) from ${table})::float8 as rows, pg_total_relation_size($1)::float8 as bytes, pg_indexes_size($1)::float8 as index`,
    [table],
  );
  const perMillion = (n) => ((n / rows) * 1e6) / 2 ** 20;
  console.log(
    `  ${table.padEnd(16)} ${String(rows).padStart(9)} rows  ${perMillion(bytes).toFixed(0).padStart(5)} MB (${perMillion(index).toFixed(0)} of it indexes)`,
  );
}

// The same readings over twelve months, in one table and in twelve partitions.
await client.query(`
  create table plain as select id, clip_id, round_id, now() - (row_number() over (order by id) % 365) * interval '1 day' as tracked_at, outcome, views, reason, gained from view_tracking;
  alter table plain add primary key (id);
  create index on plain (clip_id, id);
  create index on plain using brin (tracked_at);
  create table parted (like plain) partition by range (tracked_at);
  alter table parted add primary key (id, tracked_at);
  create index on parted (clip_id, id);
  create index on parted using brin (tracked_at);`);
for (let month = 0; month <= 13; month += 1)
  await client.query(
    `create table parted_${month} partition of parted for values from (date_trunc('month', now()) - interval '${month} months') to (date_trunc('month', now()) - interval '${month - 1} months')`,
  );
await client.query('insert into parted select * from plain');
await client.query('vacuum analyze plain');
await client.query('vacuum analyze parted');
const clips = (await rowsOf('select id from clip order by id limit 50')).map((row) => row.id);
const timed = async (work) => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};
const works = {
  "a clip's last 90 readings": (table) =>
    client.query(`select * from ${table} where clip_id = any($1) order by id desc limit 90`, [
      [clips[Math.trunc(Math.random() * 50)]],
    ]),
  'highest VALUE of 1,000 clips (law 10)': (table) =>
    client.query(
      `select clip_id, max(views) from ${table} where clip_id in (select id from clip limit 1000) group by 1`,
    ),
  'a month of the timeline': (table) =>
    client.query(
      `select sum(gained) from ${table} where tracked_at >= date_trunc('month', now()) - interval '2 months' and tracked_at < date_trunc('month', now()) - interval '1 month'`,
    ),
  'insert 1,000 readings': (table) =>
    client.query(
      `insert into ${table} select gen_random_uuid(), clip_id, round_id, now(), outcome, views, reason, gained from plain limit 1000`,
    ),
};
for (const [name, work] of Object.entries(works)) {
  const times = { plain: [], parted: [] };
  for (let round = 0; round < 15; round += 1)
    for (const table of ['plain', 'parted']) times[table].push(await timed(() => work(table)));
  const [plain, parted] = [median(times.plain), median(times.parted)];
  console.log(
    `  ${name.padEnd(38)} one table ${plain.toFixed(2)} ms, by month ${parted.toFixed(2)} ms: ${(parted / plain).toFixed(2)}x`,
  );
}
await client.end();
await postgres.stop();
fs.rmSync(directory, { recursive: true, force: true });
process.exit();
