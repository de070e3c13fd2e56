// verify and replay over very many clips and readings: time and memory, beside the laws' bare SQL. npm run bench:proof -- [tiny|S|verify|M]
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ormOptions } from '../../dist/mikro-orm.config.js';
import { connectDatabase, migrate } from '../../dist/src/infra/database/database.js';
import { startEmbeddedPostgres } from '../../dist/src/infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../../dist/src/infra/observability/logger.js';
import { checkLaws } from '../../dist/src/proof/laws.js';
import { makeDataset, SIZES } from './dataset.mjs';

const CLI = path.join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js');
const name = process.argv[2] ?? 'verify';
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-bench-'));
const postgres = await startEmbeddedPostgres({
  directory,
  serverSettings: { fsync: 'off', shared_buffers: '1GB', max_wal_size: '8GB', jit: 'off' },
});
const orm = await connectDatabase(ormOptions, { url: postgres.url, poolSize: 2, log: createLogger('warn') });
await migrate(orm, postgres.url);
const client = new pg.Client(postgres.url);
await client.connect();
const seconds = async (work) => {
  const started = performance.now();
  await work();
  return ((performance.now() - started) / 1_000).toFixed(1);
};
console.log(
  `dataset ${name}: ${JSON.stringify(SIZES[name])}, made in ${await seconds(() => makeDataset(client, SIZES[name]))} s`,
);
for (const table of ['clip', 'view_tracking', 'earning_entry', 'campaign_event']) {
  const { rows } = await client.query(
    `select count(*)::int as n, pg_size_pretty(pg_total_relation_size('${table}')) as size from ${table}`,
  );
  console.log(`  ${table}: ${rows[0].n} rows, ${rows[0].size}`);
}
await client.end();
console.log(`the laws' SQL alone, in this process: ${await seconds(() => checkLaws(orm.em))} s`);
for (const command of ['verify', 'replay']) {
  let peakKb = 0;
  let output = '';
  const child = spawn(process.execPath, [CLI, command], {
    env: { ...process.env, DATABASE_URL: postgres.url, AUTH_JWT_SECRET: 'x'.repeat(32) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (data) => {
    output += data;
  });
  const watch = setInterval(() => {
    try {
      const [, peak] = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      peakKb = Math.max(peakKb, Number(peak ?? 0));
    } catch {
      // It has ended.
    }
  }, 50);
  const took = await seconds(() => new Promise((resolve) => child.once('close', resolve)));
  clearInterval(watch);
  console.log(`${command}: ${took} s, peak ${Math.round(peakKb / 1024)} MB, exit ${child.exitCode}`);
  const told = output.split('\n').filter((line) => !line.startsWith('head '));
  console.log(
    told
      .slice(-4)
      .map((line) => `  ${line}`)
      .join('\n'),
  );
}
await orm.close();
await postgres.stop();
fs.rmSync(directory, { recursive: true, force: true });
