// Ours beside PostGraphile 5, the bare database, and the older way: the same work on the same PostgreSQL in one run, as ratios.
// npm run bench -- [S|M|tiny] [--seconds=4] [--rounds=3] [--only=Q1,Q2,W1]
import 'reflect-metadata';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import pg from 'pg';
import { ormOptions } from '../../dist/mikro-orm.config.js';
import { readSettings } from '../../dist/src/infra/config.js';
import { connectDatabase, migrate } from '../../dist/src/infra/database/database.js';
import { startEmbeddedPostgres } from '../../dist/src/infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../../dist/src/infra/observability/logger.js';
import { signToken } from '../../dist/src/infra/security/token.js';
import { makeDataset, SIZES } from './dataset.mjs';
import { QUERIES } from './queries.mjs';
import { settleWork } from './settle.mjs';

const HERE = import.meta.dirname;
const ROOT = path.join(HERE, '..', '..');
const PEERS = path.join(HERE, 'peers');
const SECRET = 'a secret of the benchmark, long enough';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'Q1,Q2,Q3,Q4,Q5,Q6,W1,W2,L,start' },
    connections: { type: 'string', default: '16' },
  },
});
const sizeName = positionals[0] ?? 'S';
const wanted = new Set(values.only.split(','));
if (!fs.existsSync(path.join(PEERS, 'node_modules')))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', PEERS], { stdio: 'inherit' });
const autocannon = createRequire(path.join(PEERS, 'package.json'))('autocannon');

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-bench-'));
const postgres = process.env.DATABASE_URL
  ? { url: process.env.DATABASE_URL, stop: async () => undefined }
  : await startEmbeddedPostgres({
      directory,
      serverSettings: {
        shared_buffers: '1GB',
        max_wal_size: '4GB',
        shared_preload_libraries: 'pg_stat_statements',
        'pg_stat_statements.track_utility': 'off',
      },
    });
const log = createLogger('error');
const orm = await connectDatabase(ormOptions, { url: postgres.url, poolSize: 10, log });
await migrate(orm, postgres.url);
const client = new pg.Client(postgres.url);
await client.connect();
const started = performance.now();
await makeDataset(client, SIZES[sizeName]);
console.log(
  `dataset ${sizeName} ${JSON.stringify(SIZES[sizeName])} made in ${((performance.now() - started) / 1_000).toFixed(0)} s`,
);
await client.query('create extension if not exists pg_stat_statements');
const one = async (text, parameters = []) => (await client.query(text, parameters)).rows[0];

/** What every server is asked about: several of each, so that nobody wins by being asked the same again and again. */
const CASES = 16;
const some = async (text, values = []) => (await client.query(text, values)).rows.map((row) => row.id);
const clipperIds = await some(`select clipper_id as id from clip group by 1 order by count(*) desc limit ${CASES}`);
const campaignIds = await some(`select campaign_id as id from clip group by 1 order by count(*) desc limit ${CASES}`);
const submissionIds = await some(
  `select submission_id as id from clip where campaign_id = $1 order by id limit ${CASES}`,
  [campaignIds[0]],
);
const pageSkipped = (await one('select count(*)::int as n from clip where campaign_id = $1', [campaignIds.at(-1)])).n;
const SKIPPED = Math.min(100, Math.max(1, pageSkipped - 50));
const worlds = [];
for (let index = 0; index < CASES; index += 1) {
  const campaignId = campaignIds[index % campaignIds.length];
  const { id: afterId } = await one(
    `select id from clip_submission where campaign_id = $1 order by id desc offset ${SKIPPED - 1} limit 1`,
    [campaignId],
  );
  const clipperId = clipperIds[index % clipperIds.length];
  const submissionId = submissionIds[index % submissionIds.length];
  const cursors = { ours: Buffer.from(afterId).toString('base64url'), postgraphile: '' };
  worlds.push({ clipperId, campaignId, afterId, submissionId, cursors });
  await client.query(`update "user" set subject = $1, email = $2 where id = '${clipperId}'`, [
    `bench-clipper-${index}`,
    `clipper-${index}@example.com`,
  ]);
}
await client.query(
  `insert into "user" (id, subject, email, role, created_at) values (gen_random_uuid(), 'bench-admin', 'admin@example.com', 'ADMIN', now())`,
);
// What a user of PostGraphile would add for balances: columns that the database computes.
await client.query('create schema bench');
const column = (name, body) =>
  client.query(
    `create function bench.user_${name}(u public."user") returns bigint language sql stable as $$ ${body} $$`,
  );
const earned = (statuses) =>
  `select coalesce(sum(k.earnings), 0)::bigint from public.clip k join public.campaign c on c.id = k.campaign_id where k.clipper_id = u.id and k.state <> 'REVOKED' and c.status in (${statuses})`;
await column('active_earnings', earned("'ACTIVE', 'PAUSED'"));
await column('completed_earnings', earned("'COMPLETED', 'CANCELLED'"));
await column(
  'paid_out',
  'select coalesce(sum(p.amount), 0)::bigint from public.payout p where p.clipper_id = u.id and p.returned_at is null',
);
await column(
  'pending_payouts',
  "select coalesce(sum(r.amount), 0)::bigint from public.payout_request r where r.clipper_id = u.id and r.status in ('PENDING', 'APPROVED')",
);
const top = (kind, table, key) =>
  client.query(
    `create function bench.top_${kind}() returns setof public."${table}" language sql stable as $$
       select o.* from public."${table}" o join (select ${key} as id, sum(earnings) as earnings, sum(views) as views from public.clip where state <> 'REVOKED' group by 1 order by 2 desc, 3 desc, 1 limit 10) k on k.id = o.id
       order by k.earnings desc, k.views desc, k.id $$`,
  );
await top('campaigns', 'campaign', 'campaign_id');
await top('clippers', 'user', 'clipper_id');
await client.query('vacuum analyze');

const settings = readSettings({ DATABASE_URL: postgres.url, AUTH_JWT_SECRET: SECRET });
const adminToken = await signToken(SECRET, settings, { subject: 'bench-admin', email: 'admin@example.com' });
for (const [index, world] of worlds.entries()) {
  const claims = { subject: `bench-clipper-${index}`, email: `clipper-${index}@example.com` };
  world.tokens = { admin: adminToken, clipper: await signToken(SECRET, settings, claims) };
}

/** A server in a process of its own; `port` is what it prints or logs. */
async function startServer(name, args, environment = {}) {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production', NO_PROXY: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const begun = performance.now();
  const port = await new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    const read = (data) => {
      text += data;
      const found = /listening on http:\/\/[^:]+:(\d+)/.exec(text) ?? /^(\d+)\n/.exec(text);
      if (!found) return;
      child.stdout.off('data', read).resume();
      resolve(Number(found[1]));
    };
    child.stdout.on('data', read);
  });
  return { name, child, port, readyMs: performance.now() - begun };
}

const OURS = ['--max-semi-space-size=16', '--max-old-space-size=768', 'dist/src/main.js'];
const ourEnvironment = {
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  DATA_ENCRYPTION_KEY: 'ab'.repeat(32),
  PORT: '0',
  DATABASE_URL: postgres.url,
  AUTH_JWT_SECRET: SECRET,
  AUTH_EMAILS_ARE_VERIFIED: 'true',
  APIFY_API_KEY: 'none',
  APIFY_BASE_URL: 'http://127.0.0.1:9',
  TRACKING_SCHEDULE: 'off',
  RATE_LIMIT_PER_MINUTE: '1000000000',
  LOG_LEVEL: 'info',
};
const servers = [];
process.on('exit', () => {
  for (const server of servers) server.child.kill('SIGKILL');
});
servers.push(
  await startServer('ours', OURS, ourEnvironment),
  await startServer('postgraphile', [path.join(HERE, 'servers', 'postgraphile.mjs'), postgres.url]),
  await startServer('bare', [path.join(HERE, 'servers', 'bare.mjs'), postgres.url, JSON.stringify(worlds)]),
  await startServer('reduce', [path.join(HERE, 'servers', 'bare.mjs'), postgres.url, JSON.stringify(worlds), 'reduce']),
);

// PostGraphile's cursors are its own: page 3 begins after what it gives for the first hundred.
const [, postgraphile] = servers;
for (const world of worlds) {
  const query = `{ allClipSubmissions(first: ${SKIPPED}, condition: { campaignId: "${world.campaignId}" }, orderBy: [ROW_ID_DESC]) { pageInfo { endCursor } } }`;
  const answer = await fetch(`http://127.0.0.1:${postgraphile.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  world.cursors.postgraphile = (await answer.json()).data.allClipSubmissions.pageInfo.endCursor;
}

/** The request of a query at a server, for one of the cases. */
function requestOf(server, name, index) {
  const query = QUERIES[name];
  const headers = { 'content-type': 'application/json' };
  if (server.name === 'bare' || server.name === 'reduce')
    return { path: `/${name}/${index}`, method: 'POST', headers, body: '{}', read: query.rest };
  const { query: text, read } = query[server.name](worlds[index]);
  if (server.name === 'ours' && query.caller) headers.authorization = `Bearer ${worlds[index].tokens[query.caller]}`;
  const readData = ({ data, errors }) => {
    if (errors) throw new Error(`${server.name} ${name}: ${JSON.stringify(errors)}`);
    return read(data);
  };
  return { path: '/graphql', method: 'POST', headers, body: JSON.stringify({ query: text }), read: readData };
}

const addressOf = (server) => `http://127.0.0.1:${server.port}`;

async function answersOf(server, name) {
  const asked = worlds.map(async (_world, index) => {
    const { path: at, read, ...init } = requestOf(server, name, index);
    return read(await (await fetch(`${addressOf(server)}${at}`, init)).json());
  });
  return Promise.all(asked);
}

/** The requests that a load is made of, one after another on each connection. */
const requestsOf = (server, name) =>
  worlds.map((_world, index) => {
    const { read: _read, ...request } = requestOf(server, name, index);
    return request;
  });

const cpuSeconds = (server) => {
  const fields = fs.readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const statements = async () => Number((await one('select coalesce(sum(calls), 0) as n from pg_stat_statements')).n);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.trunc(numbers.length / 2)];

/** @param rate requests a second in all; undefined: as many as the server answers */
async function load(server, name, seconds, rate) {
  const [cpu, before] = [cpuSeconds(server), await statements()];
  const result = await autocannon({
    url: addressOf(server),
    requests: requestsOf(server, name),
    connections: Number(values.connections),
    duration: seconds,
    ...(rate ? { overallRate: rate } : {}),
  });
  const requests = result.requests.total;
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${server.name} ${name}: ${result.non2xx} refused, ${result.errors} errors`);
  return {
    rps: result.requests.average,
    p99: result.latency.p99,
    cpuMs: ((cpuSeconds(server) - cpu) * 1_000) / requests,
    statements: ((await statements()) - before - 1) / requests,
  };
}

const report = {
  date: new Date().toISOString(),
  machine: `${os.cpus()[0].model}, ${os.cpus().length} cores`,
  dataset: sizeName,
  queries: {},
};

for (const name of Object.keys(QUERIES).filter((each) => wanted.has(each))) {
  const answers = await Promise.all(servers.map((server) => answersOf(server, name)));
  for (const [index, server] of servers.entries()) {
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(answers[index])), JSON.parse(JSON.stringify(answers[0])))) {
      console.error(
        `${server.name} answers ${name} otherwise:\n${JSON.stringify(answers[0]).slice(0, 500)}\n${JSON.stringify(answers[index]).slice(0, 500)}`,
      );
      process.exitCode = 1;
    }
  }
  const measured = Object.fromEntries(servers.map((server) => [server.name, []]));
  // Whoever compiles while it runs is warm by then.
  for (const server of servers) await load(server, name, Number(values.seconds));
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const server of servers) measured[server.name].push(await load(server, name, Number(values.seconds)));
  const row = Object.fromEntries(
    Object.entries(measured).map(([server, runs]) => [
      server,
      {
        rps: median(runs.map((run) => run.rps)),
        range: [Math.min(...runs.map((run) => run.rps)), Math.max(...runs.map((run) => run.rps))],
        p99: median(runs.map((run) => run.p99)),
        cpuMs: median(runs.map((run) => run.cpuMs)),
        statements: median(runs.map((run) => run.statements)),
      },
    ]),
  );
  report.queries[name] = row;
  console.log(`${name} ${QUERIES[name].title}`);
  for (const [server, r] of Object.entries(row))
    console.log(
      `  ${server.padEnd(13)} ${r.rps.toFixed(0).padStart(6)} rps (${r.range.map((n) => n.toFixed(0)).join('-')})  p99 ${r.p99} ms  ${r.cpuMs.toFixed(2)} ms CPU  ${r.statements.toFixed(1)} statements`,
    );
  console.log(
    `  ours is ${(row.ours.rps / row.postgraphile.rps).toFixed(2)}x PostGraphile, ${((100 * row.ours.rps) / row.bare.rps).toFixed(0)} % of bare pg, ${(row.ours.rps / row.reduce.rps).toFixed(1)}x the older way`,
  );
}

/** Requests a payout and cancels it, over and over, one clipper after another; answers pairs a second. */
async function payoutPairs(server, able, seconds) {
  const until = performance.now() + seconds * 1_000;
  let pairs = 0;
  const post = async (world, query) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${world.tokens.clipper}` };
    const answer = await fetch(`${addressOf(server)}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    const { data, errors } = await answer.json();
    if (errors) throw new Error(`Q6: ${JSON.stringify(errors)}`);
    return data;
  };
  const pair = async (index) => {
    if (server.name === 'bare') {
      const { status } = await fetch(`${addressOf(server)}/Q6/${index}`, { method: 'POST', body: '{}' });
      if (status !== 200) throw new Error(`Q6: ${status}`);
      return;
    }
    const input = '{ amount: "20.00", method: PAYPAL, details: "payee@example.com" }';
    const { requestPayout } = await post(worlds[index], `mutation { requestPayout(input: ${input}) { id } }`);
    await post(worlds[index], `mutation { cancelPayoutRequest(id: "${requestPayout.id}") { id } }`);
  };
  await Promise.all(
    able.map(async (index) => {
      while (performance.now() < until) {
        await pair(index);
        pairs += 1;
      }
    }),
  );
  return pairs / seconds;
}

if (wanted.has('Q6')) {
  const [ours] = servers;
  const bare = servers.find((server) => server.name === 'bare');
  const able = [];
  for (const [index, world] of worlds.entries()) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${world.tokens.clipper}` };
    const body = JSON.stringify({ query: '{ me { payable } }' });
    const { data } = await (await fetch(`${addressOf(ours)}/graphql`, { method: 'POST', headers, body })).json();
    if (BigInt(data.me.payable.replace(/\..*/, '')) >= 20n) able.push(index);
  }
  const rates = { ours: [], bare: [] };
  for (let round = 0; round <= Number(values.rounds); round += 1)
    for (const server of [ours, bare]) rates[server.name].push(await payoutPairs(server, able, Number(values.seconds)));
  const [own, limit] = [median(rates.ours.slice(1)), median(rates.bare.slice(1))];
  report.payouts = { clippers: able.length, ours: own, bare: limit };
  console.log(
    `Q6 requestPayout and cancelPayoutRequest, ${able.length} clippers at once: ours ${own.toFixed(0)} pairs a second, bare SQL ${limit.toFixed(0)}: ${((100 * own) / limit).toFixed(0)} %`,
  );
}

if (wanted.has('W1') || wanted.has('W2')) {
  const work = await settleWork(orm, client, log, postgres.url);
  if (wanted.has('W1')) {
    report.settle = {};
    for (const clips of [1_000, 100_000]) {
      const result = await work.compare(clips, clips > 10_000 ? 3 : 7);
      report.settle[clips] = result;
      console.log(
        `W1 settling ${clips} clips: ours ${result.oursMs.toFixed(0)} ms, bare SQL ${result.bareMs.toFixed(0)} ms: ${(result.oursMs / result.bareMs).toFixed(2)}x; ${result.statements} statements`,
      );
    }
  }
  if (wanted.has('W2')) {
    const [ours] = servers;
    report.p99 = {};
    // As fast as it answers, where the rounds take processor time from it; and at a rate that leaves some to both.
    for (const rate of [undefined, 200]) {
      const [idle, busy] = [[], []];
      let settled = 0;
      for (let round = 0; round < Number(values.rounds); round += 1) {
        idle.push((await load(ours, 'Q1', Number(values.seconds), rate)).p99);
        const stop = await work.settleAlong(8);
        busy.push((await load(ours, 'Q1', Number(values.seconds), rate)).p99);
        settled += await stop();
      }
      const kind = rate ? `${rate} requests a second` : 'as many as it answers';
      report.p99[kind] = { idle: median(idle), settling: median(busy), roundsSettled: settled };
      console.log(
        `W2 Q1's p99, ${kind}: idle ${median(idle)} ms, while 8 rounds settle ${median(busy)} ms: ${(median(busy) / median(idle)).toFixed(2)}x (${settled} rounds settled meanwhile)`,
      );
    }
  }
  if (wanted.has('L')) {
    const [ours] = servers;
    const stop = await work.settleAlong(4);
    const health = [];
    const probe = setInterval(async () => {
      const asked = performance.now();
      const { status } = await fetch(`${addressOf(ours)}/healthz`).catch(() => ({ status: 0 }));
      health.push({ ms: performance.now() - asked, status });
    }, 200);
    const requests = requestsOf(ours, 'Q2');
    const result = await autocannon({ url: addressOf(ours), requests, connections: 500, duration: 15, timeout: 30 });
    clearInterval(probe);
    await stop();
    const [, rss] = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${ours.child.pid}/status`, 'utf8'));
    report.load = {
      rps: result.requests.average,
      p99: result.latency.p99,
      non2xx: result.non2xx,
      errors: result.errors,
      healthWorstMs: Math.max(...health.map((each) => each.ms)),
      healthFailed: health.filter((each) => each.status !== 200).length,
      peakMb: Math.round(rss / 1024),
    };
    console.log(`L 500 clients at Q2 while 4 rounds settle: ${JSON.stringify(report.load)}`);
  }
  await work.stop();
}

for (const server of servers) server.child.kill('SIGTERM');
if (wanted.has('start')) {
  const times = [];
  for (let tried = 0; tried < 5; tried += 1) {
    const server = await startServer('ours', OURS, ourEnvironment);
    times.push(server.readyMs);
    server.child.kill('SIGTERM');
    await new Promise((resolve) => server.child.once('exit', resolve));
  }
  report.startMs = median(times);
  console.log(`start to ready on an existing database: ${median(times).toFixed(0)} ms`);
}
fs.writeFileSync(path.join(ROOT, 'bench-result.json'), `${JSON.stringify(report, null, 2)}\n`);
console.log('written to bench-result.json');
await client.end();
await orm.close();
await postgres.stop();
fs.rmSync(directory, { recursive: true, force: true });
process.exit();
