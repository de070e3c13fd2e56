import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { ApifyEmulator } from '../../src/demo/apify-emulator.js';
import { signToken } from '../../src/infra/security/token.js';
import { type Instance, startInstance } from '../support/instance.js';
import { codesOf, RawSocket, subscribe } from '../support/raw-socket.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { TEST_SECRET, testSettings } from '../support/testbed.js';

/**
 * 0: each flood once, one after the other. Else floods at random, several at once, for so many seconds. FLOOD_ONLY names a
 * part of those that are wanted.
 */
const SECONDS = Number(process.env.FLOOD_SECONDS ?? 0);
const SEED = Number(process.env.FLOOD_SEED ?? 1);
const AT_ONCE = 3;
const CALLERS = SECONDS > 0 ? 300 : 40;
const MUTATIONS = SECONDS > 0 ? 60 : 20;
const PROBE = path.join(import.meta.dirname, '..', 'support', 'health-probe.mjs');

let database: TestDatabase;
let source: ApifyEmulator;
let server: Instance;
let probe: ReturnType<typeof spawn>;
let campaignId: string;
const health: { status: number; ms: number }[] = [];
const tokens: Record<string, string> = {};
const done: Record<string, number> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  source = await ApifyEmulator.start();
  // The heap of `npm start`. Rates are not limited, so that the floods get to what is behind.
  server = await startInstance(database.url, source.url, {
    NODE_OPTIONS: '--max-old-space-size=768 --max-semi-space-size=8',
  });
  for (const subject of ['admin', 'ann'])
    tokens[subject] = await signToken(TEST_SECRET, testSettings(), { subject, email: `${subject}@example.com` });
  for (let n = 0; n < 100; n += 1) {
    const input = { title: `C${n}`, budget: '100.00', cpm: '1.00', platforms: ['TIKTOK'] };
    const { data } = await send(
      'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }',
      { input },
      'admin',
    );
    campaignId = (data as { createCampaign: { id: string } }).createCampaign.id;
    await send('mutation ($id: ID!) { publishCampaign(id: $id) { id } }', { id: campaignId }, 'admin');
  }
  probe = spawn(process.execPath, [PROBE, server.address], { stdio: ['ignore', 'pipe', 'inherit'] });
  probe.stdout?.on('data', (data) => {
    for (const line of String(data).split('\n').filter(Boolean)) health.push(JSON.parse(line) as (typeof health)[0]);
  });
});
afterAll(async () => {
  if (SECONDS > 0) report();
  probe?.kill();
  await server?.end('SIGTERM');
  await source?.stop();
  await database?.drop();
});

interface Answer {
  status: number;
  text: string;
  data?: Record<string, unknown> | null;
  errors?: { extensions: { code: string } }[];
}

async function post(body: string, caller: string | null): Promise<Answer> {
  const response = await fetch(`${server.address}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(caller ? { authorization: `Bearer ${tokens[caller]}` } : {}),
    },
    body,
  });
  const text = await response.text();
  return { status: response.status, text, ...(JSON.parse(text) as Pick<Answer, 'data' | 'errors'>) };
}
const send = (query: string, variables: object, caller: string | null) =>
  post(JSON.stringify({ query, variables }), caller);
const codes = (answers: Answer[]) =>
  [...new Set(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'ok'))].toSorted();
const many = <T>(n: number, make: (index: number) => T): T[] => Array.from({ length: n }, (_, index) => make(index));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const TIMELINES =
  'query ($n: Int!, $from: Date!, $to: Date!) { campaigns(first: $n) { nodes { id timeline(from: $from, to: $to) { date earnings viewsGained submissions } } } }';
const YEAR = { from: '2026-01-01', to: '2026-12-31' };
const UNKNOWN_KEYS = { input: Object.fromEntries(many(4_100, (n) => [`unknownKeyThatIsNotThere${n}`, 'x'.repeat(9)])) };
const HEAVY =
  'campaigns(first: 100) { nodes { submissions(first: 100) { nodes { id url status campaign { id title } } } } }';

/** A socket that is closed by the server, whatever it is sent. */
async function untilClosed(caller: string | null, messages: (object | string)[]): Promise<RawSocket> {
  const token = caller && tokens[caller];
  const socket = token ? await RawSocket.signedIn(server.address, token) : await RawSocket.open(server.address);
  for (const message of messages) socket.send(message);
  await socket.closed;
  return socket;
}

/** What one client, or a few, can send, by the number of issue 15. */
const FLOODS: Record<string, () => Promise<void>> = {
  'B6 4,100 unknown keys in a variable, anonymous': async () => {
    const query = 'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }';
    expect(codes(await Promise.all(many(4, () => send(query, UNKNOWN_KEYS, null))))).toEqual(['UNAUTHENTICATED']);
    expect(codes([await send(query, UNKNOWN_KEYS, 'admin')])).toEqual(['BAD_USER_INPUT']);
  },
  'B6 15,000 wrong values of an enum, anonymous': async () => {
    const query = 'query ($status: [CampaignStatus!]) { campaigns(status: $status) { totalCount } }';
    const status = many(15_000, (n) => `ACTIV${n % 9}`);
    expect(codes(await Promise.all(many(4, () => send(query, { status }, null))))).toEqual(['BAD_USER_INPUT']);
  },
  'B6 wrong variables on a socket': async () => {
    const query = 'subscription ($id: ID!) { trackingRunProgress(id: $id) { status } }';
    const keys = Object.fromEntries(many(1_000, (n) => [`unknownKey${n}`, n]));
    const socket = await untilClosed(
      'ann',
      many(20, (n) => subscribe(n, query, { id: keys })),
    );
    expect(new Set(codesOf(socket.messages))).toEqual(new Set(['BAD_USER_INPUT']));
  },
  'B7 a null argument, and a null of a directive, before a large answer': async () => {
    const argument = `query ($id: ID = "x") { campaign(id: $id) { id } ${HEAVY} }`;
    const directive = `query ($off: Boolean = false) { settings @skip(if: $off) { currency } ${HEAVY} }`;
    const answers = [await send(argument, { id: null }, 'ann'), await send(directive, { off: null }, 'ann')];
    expect(codes(answers)).toEqual(['BAD_USER_INPUT']);
  },
  'B8 a year of every campaign’s timeline, anonymous': async () => {
    expect(codes(await Promise.all(many(20, () => send(TIMELINES, { n: 100, ...YEAR }, null))))).toEqual([
      'QUERY_TOO_COMPLEX',
    ]);
  },
  'B8 many anonymous callers at once, each with as large an answer as is accepted': async () => {
    const answers = await Promise.all(many(CALLERS, () => send(TIMELINES, { n: 17, ...YEAR }, null)));
    expect(codes(answers)).toContain('ok');
    expect(codes(answers)).not.toContain('QUERY_TOO_COMPLEX');
  },
  'B9 5,000 messages on a socket, signed in and not': async () => {
    await untilClosed(
      null,
      many(5_000, () => ({ type: 'ping' })),
    );
    await untilClosed(
      'ann',
      many(5_000, () => ({ type: 'ping', payload: { a: 1 } })),
    );
  },
  'B9 documents that are refused, on a socket': async () => {
    const socket = await untilClosed(
      'ann',
      many(40, (n) => subscribe(n, `subscription { ${'x '.repeat(900)}`)),
    );
    expect(codesOf(socket.messages).length).toBeLessThan(40);
  },
  'B9 malformed frames': async () => {
    for (let n = 0; n < 20; n += 1) {
      const socket = await RawSocket.open(server.address);
      socket.write(Buffer.from([0xc1, 0x05, 1, 2, 3, 4, 5]));
      expect((await socket.closed).code).toBe(1002);
    }
  },
  'B10 90,000 nested brackets in variables': async () => {
    const query = 'query ($status: [CampaignStatus!]) { campaigns(status: $status) { totalCount } }';
    const answer = await post(`{"query":"${query}","variables":{"status":${nested(90_000)}}}`, null);
    expect(codes([answer])).toEqual(['BAD_USER_INPUT']);
  },
  'B10 an operation name of 190 kB': async () => {
    const answers = await Promise.all(
      many(5, () => send(`query ${'a'.repeat(190_000)} { settings { currency } }`, {}, null)),
    );
    expect(answers.every(({ status }) => status < 500)).toBe(true);
  },
  'B11 a subscription over HTTP': async () => {
    const answers = await Promise.all(many(20, () => send('subscription { notificationAdded { id } }', {}, 'ann')));
    expect(codes(answers)).not.toContain('ok');
  },
  'B12 mutations that wait for one campaign’s lock': async () => {
    const holder = new pg.Client(database.url);
    await holder.connect();
    await holder.query('begin');
    await holder.query('select 1 from campaign where id = $1 for no key update', [campaignId]);
    const update = 'mutation ($id: ID!, $title: String!) { updateCampaign(id: $id, input: { title: $title }) { id } }';
    const mutations = Promise.all(many(MUTATIONS, (n) => send(update, { id: campaignId, title: `T${n}` }, 'admin')));
    expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
    expect(codes([await send('{ campaigns(first: 1) { totalCount } }', {}, 'ann')])).toEqual(['ok']);
    expect(codes(await mutations)).toEqual(['CONFLICT']);
    await holder.query('rollback');
    await holder.end();
  },
};
const names = Object.keys(FLOODS).filter((name) => name.includes(process.env.FLOOD_ONLY ?? ''));

async function flood(name: string): Promise<void> {
  await FLOODS[name]?.();
  done[name] = (done[name] ?? 0) + 1;
}

/** A number from 0 to 1 that a seed decides (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What `kill -9`, a leak or a blocked event loop would show. */
function report(): void {
  const times = health.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const at = (part: number) =>
    `${Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0)} ms`;
  const file = `/proc/${server.child.pid}/status`;
  const peak = fs.existsSync(file) ? /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(file, 'utf8'))?.[1] : undefined;
  const lines = [
    `/healthz asked ${times.length} times: p50 ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(1)}`,
    `peak memory of the server: ${peak ? `${Math.round(Number(peak) / 1_024)} MB` : 'not known on this system'}`,
    ...errorsLogged(),
    ...names.map((name) => `${String(done[name] ?? 0).padStart(6)} x ${name}`),
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

/** What the server logged as errors, by message. */
function errorsLogged(): string[] {
  const counts = new Map<string, number>();
  for (const { level, msg, err } of server.lines) {
    if (Number(level) < 50) continue;
    const line = `${String(msg)}: ${(err as { message?: string } | undefined)?.message ?? ''}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, times]) => `${times} x logged as an error: ${line}`);
}

const asked = async () => {
  const before = health.length;
  while (health.length === before) await new Promise((resolve) => setTimeout(resolve, 50));
};

if (SECONDS === 0) {
  test.each(names)('issue %s: the server answers another process, and is ready', async (name) => {
    await flood(name);
    await asked();
    expect(health.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
    expect(server.child.exitCode).toBeNull();
  });
} else {
  test(
    `floods at random for ${SECONDS} s (seed ${SEED}): the server always answers another process`,
    async () => {
      const random = randomOf(SEED);
      const until = performance.now() + SECONDS * 1_000;
      // Two at once would wait for each other's lock.
      let locked = false;
      const next = () => names[Math.floor(random() * names.length)] ?? '';
      await Promise.all(
        many(AT_ONCE, async () => {
          while (performance.now() < until) {
            const name = next();
            if (name.startsWith('B12') && locked) continue;
            locked ||= name.startsWith('B12');
            await flood(name);
            if (name.startsWith('B12')) locked = false;
          }
        }),
      );
      await asked();
      expect(health.filter(({ status }) => status !== 200)).toEqual([]);
      expect(server.child.exitCode).toBeNull();
    },
    SECONDS * 1_000 + 300_000,
  );
}
