// Where the time of one query goes: a CPU profile of the server under load. npm run bench:profile -- Q2 [S|tiny]
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ormOptions } from '../../dist/mikro-orm.config.js';
import { readSettings } from '../../dist/src/infra/config.js';
import { connectDatabase, migrate } from '../../dist/src/infra/database/database.js';
import { startEmbeddedPostgres } from '../../dist/src/infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../../dist/src/infra/observability/logger.js';
import { signToken } from '../../dist/src/infra/security/token.js';
import { makeDataset, SIZES } from './dataset.mjs';
import { QUERIES } from './queries.mjs';

const [, , name = 'Q2', size = 'tiny'] = process.argv;
const SECRET = 'a secret of the benchmark, long enough';
const autocannon = createRequire(path.join(import.meta.dirname, 'peers', 'package.json'))('autocannon');
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-profile-'));
const postgres = await startEmbeddedPostgres({ directory });
const orm = await connectDatabase(ormOptions, { url: postgres.url, poolSize: 2, log: createLogger('error') });
await migrate(orm, postgres.url);
await orm.close();
const client = new pg.Client(postgres.url);
await client.connect();
await makeDataset(client, SIZES[size]);
const one = async (text, values) => (await client.query(text, values)).rows[0];
const { id: clipperId } = await one('select clipper_id as id from clip group by 1 order by count(*) desc limit 1');
const { id: hottestId } = await one('select campaign_id as id from clip group by 1 order by count(*) desc limit 1');
const { id: submissionId } = await one('select submission_id as id from clip limit 1');
const { id: afterId } = await one(
  'select id from clip_submission where campaign_id = $1 order by id desc offset 9 limit 1',
  [hottestId],
);
await client.query(`update "user" set subject = 'bench-clipper', email = 'c@example.com' where id = '${clipperId}'`);
await client.query(
  `insert into "user" (id, subject, email, role, created_at) values (gen_random_uuid(), 'bench-admin', 'a@example.com', 'ADMIN', now())`,
);
await client.end();
const environment = {
  ...process.env,
  NODE_ENV: 'production',
  PORT: '0',
  HOST: '127.0.0.1',
  DATABASE_URL: postgres.url,
  AUTH_JWT_SECRET: SECRET,
  APIFY_API_KEY: 'none',
  APIFY_BASE_URL: 'http://127.0.0.1:9',
  DATA_ENCRYPTION_KEY: 'ab'.repeat(32),
  TRACKING_SCHEDULE: 'off',
  RATE_LIMIT_PER_MINUTE: '1000000000',
};
const child = spawn(process.execPath, ['--cpu-prof', `--cpu-prof-dir=${directory}`, 'dist/src/main.js'], {
  env: environment,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const port = await new Promise((resolve) =>
  child.stdout.on('data', (data) => {
    const found = /listening on http:\/\/[^:]+:(\d+)/.exec(String(data));
    if (found) resolve(found[1]);
  }),
);
const settings = readSettings({ DATABASE_URL: postgres.url, AUTH_JWT_SECRET: SECRET });
const { caller, ours } = QUERIES[name];
const token =
  caller &&
  (await signToken(SECRET, settings, {
    subject: `bench-${caller}`,
    email: caller === 'admin' ? 'a@example.com' : 'c@example.com',
  }));
const { query } = ours({
  clipperId,
  campaignId: hottestId,
  submissionId,
  cursors: { ours: Buffer.from(afterId).toString('base64url') },
});
const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
const result = await autocannon({
  url: `http://127.0.0.1:${port}/graphql`,
  method: 'POST',
  headers,
  body: JSON.stringify({ query }),
  connections: 16,
  duration: 6,
});
console.log(`${name}: ${result.requests.average} rps, p99 ${result.latency.p99} ms, ${result.non2xx} refused`);
child.kill('SIGTERM');
await new Promise((resolve) => child.once('exit', resolve));
const [file] = fs.readdirSync(directory).filter((each) => each.endsWith('.cpuprofile'));
const profile = JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8'));
const byId = new Map(profile.nodes.map((node) => [node.id, node]));
const self = new Map();
const bySource = new Map();
for (const [index, id] of profile.samples.entries()) {
  const { callFrame } = byId.get(id);
  const source = callFrame.url
    .replace(/^.*node_modules\//, '')
    .replace(/^file:.*main\//, '')
    .split('/')
    .slice(0, callFrame.url.includes('node_modules') ? 2 : 5)
    .join('/');
  const key = `${callFrame.functionName || '(anonymous)'} ${callFrame.url.split('/').slice(-2).join('/')}:${callFrame.lineNumber}`;
  const delta = profile.timeDeltas[index];
  self.set(key, (self.get(key) ?? 0) + delta);
  bySource.set(source, (bySource.get(source) ?? 0) + delta);
}
const top = (map, n) =>
  [...map]
    .sort((a, b) => b[1] - a[1])
    .slice(0, n)
    .map(([key, us]) => `  ${(us / 1_000).toFixed(0).padStart(6)} ms  ${key}`)
    .join('\n');
console.log(`${top(bySource, 22)}\n\n${top(self, 30)}`);
await postgres.stop();
fs.rmSync(directory, { recursive: true, force: true });
process.exit();
