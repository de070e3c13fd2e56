import { createHash } from 'node:crypto';
import net from 'node:net';
import pg from 'pg';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { until } from '../support/until.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${bed.address}${path}`, { headers, redirect: 'manual' });
const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${bed.address}/graphql`, { method: 'POST', headers, body });

test('alive and ready', async () => {
  expect([(await get('/healthz')).status, (await get('/readyz')).status]).toEqual([200, 200]);
});

test('the playground is one page with nothing from another host, offering the operations and a place for the token', async () => {
  const page = await get('/graphql', { accept: 'text/html' });
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(
    [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, address]) => address)
      .filter((address) => /^(https?:)?\/\//.test(address ?? '')),
  ).toEqual([]);
  for (const text of ['BrowseCampaigns', 'StartTrackingRun', 'Authorization']) expect(html).toContain(text);
  const script = /href="(\/ruru\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
  expect((await get(script)).status).toBe(200);
});

test.each([
  ['a body that is not JSON', () => post('{'), 400],
  ['a body that is too large', () => post(JSON.stringify({ query: `# ${'x'.repeat(250_000)}` })), 413],
  [
    'a form as an attacker’s page would send it',
    () => post('query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
  ],
  [
    'text/plain, which needs no preflight',
    () => post('{"query":"{ __typename }"}', { 'content-type': 'text/plain' }),
    415,
  ],
  ['a GET without a preflight', () => get('/graphql?query={__typename}'), 400],
  ['an unknown address', () => get('/nothing'), 404],
  ['a method that is not supported', () => fetch(`${bed.address}/healthz`, { method: 'POST' }), 405],
  ['an empty query', () => post('{}'), 400],
])('%s is refused', async (_name, send, status) => {
  const response = await send();
  expect(response.status).toBe(status);
  expect(await response.text()).not.toMatch(/node_modules|\.js:|\.ts:/);
});

test.each([
  ['{', 'GRAPHQL_PARSE_FAILED'],
  ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  [`{ ${'a: __typename '.repeat(1_100)} }`, 'GRAPHQL_PARSE_FAILED'],
])('a malformed document (%.20s) has its own code and no stack', async (query, code) => {
  const body = await (await post(JSON.stringify({ query }))).text();
  expect(JSON.parse(body).errors[0].extensions).toEqual({ code });
  expect(body).not.toContain('stacktrace');
});

test('in production introspection is for admins alone', async () => {
  await using production = await createTestbed({
    settings: {
      NODE_ENV: 'production',
      APIFY_API_KEY: 'key',
      AUTH_EMAILS_ARE_VERIFIED: 'true',
      DATA_ENCRYPTION_KEY: createHash('sha256').update('a key').digest('hex'),
    },
  });
  const query = '{ a: __type(name: "User") { name } ... on Query { __schema { queryType { name } } } }';
  expect(await production.refusal(query, {}, 'clipper')).toBe('FORBIDDEN');
  expect(await production.refusal(query, {}, null)).toBe('FORBIDDEN');
  expect(await production.ask(query, {}, 'admin')).toMatchObject({ a: { name: 'User' } });
  expect((await fetch(`${production.address}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(400);
  expect((await fetch(`${production.address}/metrics`)).status).toBe(404);
});

test.each(['//', '//x', '/graphql', '*', '/%'])(
  'an upgrade of a connection to %s that is no WebSocket of ours does not hurt the server',
  async (path) => {
    const { hostname, port } = new URL(bed.address);
    const socket = net.connect(Number(port), hostname);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await new Promise((resolve) =>
      socket
        .once('close', resolve)
        .once('error', resolve)
        .once('data', () => socket.destroy()),
    );
    expect((await get('/healthz')).status).toBe(200);
  },
);

test.each([
  ['a control character in a search', '{ campaigns(search: "a\\u0000") { totalCount } }'],
  [
    'a cursor with a number that is none',
    `{ campaigns(orderBy: BUDGET_DESC, after: "${Buffer.from('9999999999999999999 01890a5d-ac96-774b-bcce-b302099a8057').toString('base64url')}") { totalCount } }`,
  ],
  [
    'a cursor with a date that is none',
    `{ campaigns(orderBy: ENDS_AT_ASC, after: "${Buffer.from('2026-99-99 00:00:00+00 01890a5d-ac96-774b-bcce-b302099a8057').toString('base64url')}") { totalCount } }`,
  ],
])('%s is BAD_USER_INPUT', async (_name, query) => {
  expect(await bed.refusal(query, {}, null)).toBe('BAD_USER_INPUT');
});

test('a fault of ours tells a client nothing of its inside', async () => {
  await bed.database.query('alter table campaign_totals rename to hidden');
  const { errors } = await bed.send('{ campaigns { nodes { id } } }', {}, null);
  await bed.database.query('alter table hidden rename to campaign_totals');
  expect(errors).toEqual([
    expect.objectContaining({
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    }),
  ]);
});

test('stopping answers the request in hand, then says no more', async () => {
  const other = await createTestbed();
  const blocker = new pg.Client(other.database.url);
  await blocker.connect();
  await blocker.query('begin; lock table campaign in access exclusive mode');
  const inHand = other.send<{ campaigns: object }, object>('{ campaigns { totalCount } }', {}, null);
  await until('the request waits for the lock', async () => {
    const waiting = await other.database.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length > 0;
  });
  const stopped = other.stop();
  await blocker.query('commit');
  await blocker.end();
  expect((await inHand).data?.campaigns).toEqual({ totalCount: 0 });
  await stopped;
  await expect(fetch(`${other.address}/healthz`)).rejects.toThrow();
});
