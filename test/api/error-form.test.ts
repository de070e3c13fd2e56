import { createHash } from 'node:crypto';
import net from 'node:net';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { createHttpApp } from '../../src/infra/http/http-app.js';
import { errorMediaType } from '../../src/infra/http/http-error.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const CLIENT = 'https://app.example.com';
const GRAPHQL_TYPE = 'application/graphql-response+json';
let bed: Testbed;
let log: string[];
beforeAll(async () => {
  log = [];
  bed = await createTestbed({ settings: { CORS_ORIGINS: CLIENT }, onLog: (line) => log.push(line) });
});
afterAll(() => bed.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  fetch(`${bed.address}/graphql`, { method: 'POST', headers, body });
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${bed.address}${path}`, { headers });
/** The first error of an answer. */
const errorOf = async (response: Response) =>
  ((await response.json()) as { errors: { message: string; extensions: object }[] }).errors[0];
const QUERY = '{"query":"{ __typename }"}';
const foreignToken = () =>
  new SignJWT({ email: 'x@example.com' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('x')
    .setExpirationTime('1 hour')
    .sign(new TextEncoder().encode('a secret of somebody else, long enough'));

const FAILURES: [string, (accept: string) => Promise<Response>, number, string][] = [
  ['malformed JSON', (accept) => post('{', { ...JSON_TYPE, accept }), 400, 'BAD_REQUEST'],
  ['a byte order mark', (accept) => post(`\ufeff${QUERY}`, { ...JSON_TYPE, accept }), 400, 'BAD_REQUEST'],
  ['an empty body', (accept) => post('', { ...JSON_TYPE, accept }), 400, 'BAD_REQUEST'],
  ['a body without a query', (accept) => post('{}', { ...JSON_TYPE, accept }), 400, 'BAD_REQUEST'],
  ['a batch', (accept) => post(`[${QUERY}]`, { ...JSON_TYPE, accept }), 400, 'BAD_REQUEST'],
  [
    'variables that are a text',
    (accept) => post('{"query":"{ __typename }","variables":"{}"}', { ...JSON_TYPE, accept }),
    400,
    'BAD_REQUEST',
  ],
  [
    'an operation that is not in the document',
    (accept) => post('{"query":"{ __typename }","operationName":"Other"}', { ...JSON_TYPE, accept }),
    400,
    'BAD_REQUEST',
  ],
  [
    'a token of somebody else',
    async (accept) => post(QUERY, { ...JSON_TYPE, accept, authorization: `Bearer ${await foreignToken()}` }),
    401,
    'UNAUTHENTICATED',
  ],
  ['an unknown address', (accept) => get('/nothing', { accept }), 404, 'NOT_FOUND'],
  [
    'a method that is not supported',
    (accept) => fetch(`${bed.address}/graphql`, { method: 'PUT', headers: { accept } }),
    405,
    'BAD_REQUEST',
  ],
  [
    'a mutation by GET',
    (accept) => get('/graphql?query=mutation{deleteCampaign(id:"1")}', { accept, 'apollo-require-preflight': '1' }),
    405,
    'BAD_REQUEST',
  ],
  [
    'a body that is too large',
    (accept) => post(JSON.stringify({ query: `# ${'x'.repeat(250_000)}` }), { ...JSON_TYPE, accept }),
    413,
    'BAD_REQUEST',
  ],
  [
    'another media type',
    (accept) => post('query={__typename}', { accept, 'content-type': 'text/plain' }),
    415,
    'BAD_REQUEST',
  ],
  ['a GET without a preflight (CSRF)', (accept) => get('/graphql?query={__typename}', { accept }), 400, 'BAD_REQUEST'],
];

test.each(FAILURES.flatMap((row) => ['application/json', GRAPHQL_TYPE].map((accept) => [...row, accept] as const)))(
  '%s has the one form of every error',
  async (_what, send, status, code, accept) => {
    const response = await send(accept);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, `${accept}; charset=utf-8`]);
    expect(await response.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code } }] });
  },
);

test('no token is 200, with the error beside the data', async () => {
  const response = await post('{"query":"{ users { totalCount } }"}');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test('too many calls are 429 in the same form, with the time to wait', async () => {
  const small = await createTestbed({ settings: { RATE_LIMIT_PER_MINUTE: '10' } });
  const call = () => fetch(`${small.address}/graphql`, { method: 'POST', headers: JSON_TYPE, body: QUERY });
  for (let n = 0; n < 2; n += 1) expect((await call()).status).toBe(200);
  const refused = await call();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  expect(await refused.json()).toEqual({
    errors: [
      {
        message: expect.stringMatching(/try again/i),
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
      },
    ],
  });
  await small.stop();
});

/** What a server says on a connection until it closes it. */
const saidBy = (port: number, text: string) =>
  new Promise<string>((resolve) => {
    let said = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      said += String(data);
    });
    socket.once('close', () => resolve(said)).once('error', () => resolve(said));
  });

test.each([
  ['headers that do not end', 'GET / HTTP/1.1\r\nhost: x\r\n', '408'],
  [
    'a body that does not end',
    'POST /x HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    '408',
  ],
  ['headers that are too long', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ['what is no HTTP', 'HELO example.com\r\n\r\n', '400'],
])('%s are answered in the same form', async (_what, text, status) => {
  const timeouts = { requestMs: 400, headersMs: 200, checkMs: 50 };
  const { app } = await createHttpApp({ corsOrigins: [], onError: () => undefined, timeouts });
  app.post('/x', async () => 'never');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const said = await saidBy((app.server.address() as net.AddressInfo).port, text);
  const [head = '', body = ''] = said.split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${status}`);
  expect(head).toContain('content-type: application/json');
  expect(JSON.parse(body)).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }] });
  await app.close();
});

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['text/html', 'application/json'],
  [GRAPHQL_TYPE, GRAPHQL_TYPE],
  [`${GRAPHQL_TYPE}, application/json;q=0.9`, GRAPHQL_TYPE],
  [`application/json;q=0.9, ${GRAPHQL_TYPE}`, GRAPHQL_TYPE],
  [`application/json, ${GRAPHQL_TYPE}`, 'application/json'],
  [`${GRAPHQL_TYPE};q=0.5, application/json`, 'application/json'],
])('who accepts %s is answered an error as %s', (accept, type) => {
  expect(errorMediaType(accept)).toBe(`${type}; charset=utf-8`);
});

const persisted = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('a persisted query that is not known says so; once registered it is answered by GET, too', async () => {
  const query = '{ settings { currency } }';
  const extensions = persisted(sha256(query));
  const search = `?extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
  const ask = async () => (await get(`/graphql${search}`, { 'apollo-require-preflight': '1' })).json();
  expect(await ask()).toEqual({
    errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
  });
  await post(JSON.stringify({ query, extensions }));
  expect(await ask()).toEqual({ data: { settings: { currency: 'USD' } } });
  expect((await get(`/graphql${search}`)).status).toBe(400);
  const wrong = await post(JSON.stringify({ query, extensions: persisted(sha256('another')) }));
  expect([wrong.status, (await errorOf(wrong))?.extensions]).toEqual([400, { code: 'BAD_REQUEST' }]);
});

test.each([
  [
    'mutation ($terms: CreateCampaignInput!) { createCampaign(input: $terms) { id } }',
    { terms: { budget: 'x' } },
    /^input(\.budget)?$/,
  ],
  [
    'mutation ($a: Money!) { createCampaign(input: { title: "x", budget: $a, cpm: "1", platforms: [TIKTOK] }) { id } }',
    { a: '1e3' },
    /^input\.budget$/,
  ],
  ['query ($many: Int) { campaigns(first: $many) { totalCount } }', { many: 'x' }, /^first$/],
  ['query ($which: ID!) { campaign(id: $which) { id } }', {}, /^id$/],
  [
    'query ($n: Int) { campaigns { ...more } } fragment more on CampaignConnection { nodes { submissions(first: $n) { totalCount } } }',
    { n: [] },
    /^first$/,
  ],
])(
  'the field of a wrong variable is that of the input, whatever the variable is called: %s',
  async (query, variables, field) => {
    const { errors } = await bed.send(query, variables, 'admin');
    expect(errors?.map((error) => error.extensions.code)).toContain('BAD_USER_INPUT');
    for (const error of errors ?? []) expect(error.extensions.field).toMatch(field);
  },
);

test('of several operations the one that was asked for names the field', async () => {
  const query = 'query A($v: Int) { campaigns(first: $v) { totalCount } } query B($v: ID!) { campaign(id: $v) { id } }';
  const response = await post(JSON.stringify({ query, operationName: 'B', variables: {} }));
  expect((await errorOf(response))?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'id' });
});

test.each(['subscription { notificationAdded { id } }', 'subscription { trackingRunProgress(id: "x") { id } }'])(
  '%s over HTTP is refused with the way to send it, and leaves no stack in the log',
  async (query) => {
    log.length = 0;
    for (const caller of ['admin', null]) {
      const { status, errors } = await bed.send(query, {}, caller);
      expect([status, errors?.length, errors?.[0]?.extensions]).toEqual([400, 1, { code: 'BAD_REQUEST' }]);
      expect(errors?.[0]?.message).toContain('WebSocket');
    }
    expect(log.filter((line) => line.includes('"err"'))).toEqual([]);
  },
);

test('a client on an allowed origin may call and read; any other may not', async () => {
  const preflight = (origin: string) =>
    fetch(`${bed.address}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const allowed = await preflight(CLIENT);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(CLIENT);
  expect(allowed.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type/);
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  const answer = await post(QUERY, { ...JSON_TYPE, origin: CLIENT });
  expect(answer.headers.get('access-control-allow-origin')).toBe(CLIENT);
  expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
  // A refusal must be readable, too.
  expect((await post('{', { ...JSON_TYPE, origin: CLIENT })).headers.get('access-control-allow-origin')).toBe(CLIENT);
  for (const response of [await preflight('https://evil.example'), await post(QUERY, { ...JSON_TYPE, origin: 'null' })])
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('the WebSocket lets in programs, the page of its own host and allowed origins', async () => {
  const opens = (origin: string | undefined) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(`${bed.address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin });
      socket.once('open', () => resolve(true)).once('error', () => resolve(false));
      socket.once('open', () => socket.close());
    });
  const origins = [undefined, bed.address, CLIENT, 'https://evil.example', 'null'];
  expect(await Promise.all(origins.map(opens))).toEqual([true, true, true, false, false]);
});

test('a large answer is compressed for who accepts it', async () => {
  const query = JSON.stringify({ query: '{ __schema { types { name description } } }' });
  const plain = await post(query, { ...JSON_TYPE, 'accept-encoding': 'identity' });
  const compressed = await post(query, { ...JSON_TYPE, 'accept-encoding': 'gzip' });
  expect([plain.headers.get('content-encoding'), compressed.headers.get('content-encoding')]).toEqual([null, 'gzip']);
  expect(await compressed.json()).toEqual(await plain.json());
  expect((await post(QUERY, { ...JSON_TYPE, 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBeNull();
});
