import fs from 'node:fs';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { until } from '../support/until.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
  await newCampaign(bed);
});
afterAll(() => bed.stop());

const post = (body: unknown, headers: Record<string, string> = {}, method = 'POST', search = '') =>
  fetch(`${bed.address}/graphql${search}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: method === 'GET' ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
const times = (n: number, text: (index: number) => string) =>
  Array.from({ length: n }, (_, index) => text(index)).join(' ');
const codes = async (query: string, variables: object = {}) =>
  (await bed.send(query, variables, 'admin')).errors?.map((error) => error.extensions.code) ?? ['ok'];

test.each([
  ['aliases', `{ ${times(16, (n) => `a${n}: settings { currency }`)} }`],
  ['aliases of __typename', `{ ${times(101, (n) => `a${n}: __typename`)} }`],
  ['one field over and over', `{ ${times(500, () => '__typename')} }`],
  ['directives', `{ __typename ${times(10, () => '@include(if: true)')} }`],
  [
    'depth',
    `{ me { ${times(6, () => 'submissions { nodes { clipper {').replaceAll(' submissions', ' submissions')} id ${'} } } '.repeat(6)} } }`,
  ],
  [
    'depth by fragments',
    `query { me { ...a } } fragment a on User { submissions { nodes { clipper { submissions { nodes { clipper { submissions { nodes { clipper { submissions { nodes { clipper { id } } } } } } } } } } } } }`,
  ],
  ['cost', '{ campaigns(first: 100) { nodes { submissions(first: 100) { nodes { id url status } } } } }'],
])('too many %s are refused as QUERY_TOO_COMPLEX before anything is executed', async (_what, query) => {
  expect(await codes(query)).toContain('QUERY_TOO_COMPLEX');
});

test('cost counts what variables ask for, also when the document is known already', async () => {
  const query =
    'query ($n: Int) { campaigns(first: $n) { nodes { submissions(first: $n) { nodes { id url status } } } } }';
  expect(await codes(query, { n: 10 })).toEqual(['ok']);
  expect(await codes(query, { n: 100 })).toEqual(['QUERY_TOO_COMPLEX']);
  expect(await codes(query, { n: 'x' })).toEqual(['BAD_USER_INPUT']);
  expect(await codes(query, { n: -1 })).toEqual(['QUERY_TOO_COMPLEX']);
  expect(await codes('{ campaigns(first: 101) { nodes { id } } }')).toEqual(['BAD_USER_INPUT']);
});

test('every operation of the clients stays within all limits', async () => {
  const folder = path.join(import.meta.dirname, '..', '..', 'schema', 'operations');
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.graphql'))) {
    const text = fs.readFileSync(path.join(folder, file), 'utf8');
    for (const [, operationName] of text.matchAll(/^query (\w+)/gm)) {
      const variables = { id: 'x', submissionId: 'x', from: '2026-11-01', to: '2026-11-21', url: 'x', first: 20 };
      const response = await post(
        { query: text, operationName, variables },
        { authorization: `Bearer ${await bed.token('admin')}` },
      );
      const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
      const limits = errors?.filter((error) => /COMPLEX|VALIDATION|PARSE|INTERNAL/.test(error.extensions.code));
      expect([file, operationName, limits ?? []]).toEqual([file, operationName, []]);
    }
  }
});

test('the introspection that a playground sends is within the limits', async () => {
  const { getIntrospectionQuery } = await import('graphql');
  expect(await codes(getIntrospectionQuery())).toEqual(['ok']);
});

test.each([
  ['a GET without what only programs send (CSRF)', () => fetch(`${bed.address}/graphql?query=%7B__typename%7D`)],
  [
    'a mutation by GET',
    () => post('', { 'apollo-require-preflight': '1' }, 'GET', '?query=mutation%7BdeleteCampaign(id:%221%22)%7D'),
  ],
  ['a form', () => post('query=%7B__typename%7D', { 'content-type': 'application/x-www-form-urlencoded' })],
  ['plain text', () => post('{"query":"{ __typename }"}', { 'content-type': 'text/plain' })],
  ['a batch', () => post([{ query: '{ __typename }' }, { query: '{ __typename }' }])],
  ['no JSON', () => post('{')],
  ['a body of 300 kB', () => post({ query: '{ __typename }', variables: { x: 'x'.repeat(300_000) } })],
])('%s is refused with a 4xx and no data', async (_what, send) => {
  const response = await send();
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.status).toBeLessThan(500);
  expect(await response.text()).not.toContain('__typename":"Query"');
});

test('no answer names what is there when it is asked for wrongly, traces itself, or shows a stack', async () => {
  for (const query of [
    '{ setings { currency } }',
    '{ settings { curency } }',
    '{ campaigns(frist: 1) { nodes { id } } }',
    'mutation { updateProfile(nam: "x") { id } }',
    'mutation { submitClip(input: { campaignI: "x", url: "x" }) { id } }',
  ]) {
    const text = await (await post({ query })).text();
    expect(text).not.toMatch(/did you mean|settings"|currency"|campaignId\?|stack|tracing/i);
  }
});

const PROBES: [string, object][] = [
  ['{ campaigns(status: ACTIV) { nodes { id } } }', {}],
  ['query ($s: CampaignStatus) { campaigns(status: $s) { nodes { id } } }', { s: 'ACTIV' }],
  ['mutation { requestPayout(input: { amount: "20.00", method: PAYPA, details: "x" }) { id } }', {}],
  [
    'mutation ($i: RequestPayoutInput!) { requestPayout(input: $i) { id } }',
    { i: { amount: '20.00', method: 'PAYPA', details: 'x' } },
  ],
  ['mutation ($i: RequestPayoutInput!) { requestPayout(input: $i) { id } }', { i: { amoun: '20.00' } }],
  ['query ($s: CampaignStatu) { campaigns(status: $s) { nodes { id } } }', {}],
  ['{ me { ... on Use { id } } }', {}],
  ['{ settings @includ(if: true) { currency } }', {}],
];

test.each(PROBES)('no suggestion tells what there is, of enum values neither: %s', async (query, variables) => {
  const { errors } = await bed.send(query, variables, 'prober');
  expect(errors?.length).toBeGreaterThan(0);
  expect(JSON.stringify(errors)).not.toMatch(/did you mean|ACTIVE|PAYPAL|CampaignStatus\?|@include/i);
});

test('no suggestion tells what there is over the WebSocket either', async () => {
  const client = createClient({
    url: `${bed.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { Authorization: `Bearer ${await bed.token('prober')}` },
  });
  const ask = (query: string) =>
    new Promise<string>((resolve) => {
      client.subscribe(
        { query },
        {
          next: () => resolve('answered'),
          error: (errors) => resolve(JSON.stringify(errors)),
          complete: () => resolve('completed'),
        },
      );
    });
  for (const query of ['subscription { notificationAdde { id } }', 'subscription { notificationAdded { typ } }']) {
    const answer = await ask(query);
    expect(answer).toContain('Cannot query field');
    expect(answer).not.toMatch(/did you mean/i);
  }
  await client.dispose();
});

test('one connection holds 20 subscriptions, and no more', async () => {
  const client = createClient({
    url: `${bed.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { Authorization: `Bearer ${await bed.token('greedy')}` },
  });
  const refused: string[] = [];
  for (let n = 0; n < 22; n += 1)
    client.subscribe(
      { query: 'subscription { notificationAdded { id } }' },
      {
        next: () => undefined,
        error: (errors) => refused.push(String((errors as { extensions: { code: string } }[])[0]?.extensions.code)),
        complete: () => undefined,
      },
    );
  await until('two are refused', () => refused.length >= 2);
  expect(refused).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  await client.dispose();
});

test('a subscription passes the same limits as a query', async () => {
  const client = createClient({
    url: `${bed.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { Authorization: `Bearer ${await bed.token('admin')}` },
  });
  const refusal = (query: string) =>
    new Promise<string>((resolve) => {
      client.subscribe(
        { query },
        {
          next: ({ errors }) => resolve(String(errors?.[0]?.extensions?.code ?? 'ok')),
          error: (errors) => resolve(String((errors as { extensions: { code: string } }[])[0]?.extensions.code)),
          complete: () => resolve('complete'),
        },
      );
    });
  expect(await refusal(`subscription { notificationAdded { ${times(16, (n) => `a${n}: id`)} } }`)).toBe(
    'QUERY_TOO_COMPLEX',
  );
  expect(
    await refusal(
      'subscription { trackingRunProgress(id: "x") { rounds { campaign { submissions(first: 100) { nodes { clip { readings(first: 100) { nodes { id } } } } } } } } }',
    ),
  ).toBe('QUERY_TOO_COMPLEX');
  expect(await refusal('subscription { nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
  await client.dispose();
});

test('an operation that fragments make too large to be weighed is refused, not taken for cheap', async () => {
  const chain = Array.from(
    { length: 16 },
    (_, n) => `fragment F${n} on Campaign { ...F${n + 1} ... on Campaign { ...F${n + 1} } }`,
  );
  const query = `{ campaigns(first: 1) { nodes { ...F0 } } } ${chain.join(' ')} fragment F16 on Campaign { id }`;
  expect(await codes(query)).toEqual(['QUERY_TOO_COMPLEX']);
});

const manyKeys = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, index) => [`unknownKey${index}`, 1]));

test('issue B6: 4,100 unknown keys in a variable cost five errors, not a search for each of them', async () => {
  const query = 'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }';
  const variables = { input: { ...manyKeys(4_100), padding: 'x'.repeat(90_000) } };
  const { status, errors } = await bed.send(query, variables, 'admin');
  expect([status, errors?.length, errors?.[0]?.extensions.code]).toEqual([400, 6, 'BAD_USER_INPUT']);
  expect(await bed.refusal(query, variables, null)).toBe('UNAUTHENTICATED');
});

test('issue B6: a list of 15,000 wrong enum values costs five errors', async () => {
  const query = 'query ($status: [CampaignStatus!]) { campaigns(status: $status) { totalCount } }';
  const status = Array.from({ length: 15_000 }, (_, n) => `ACTIV${n % 10}`);
  const answer = await bed.send(query, { status }, null);
  expect([answer.status, answer.errors?.length]).toEqual([400, 6]);
  expect(answer.errors?.every((error) => error.extensions.code === 'BAD_USER_INPUT')).toBe(true);
});

test('variables nested deeper than any input are refused', async () => {
  const query = 'query ($status: [CampaignStatus!]) { campaigns(status: $status) { totalCount } }';
  const body = `{"query":${JSON.stringify(query)},"variables":{"status":${'['.repeat(20)}${']'.repeat(20)}}}`;
  const response = await post(body);
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  expect([response.status, errors[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
});

const heavy = 'campaigns(first: 100) { nodes { submissions(first: 100) { nodes { id url status } } } }';
test.each([
  ['an argument', `query ($id: ID = "x") { campaign(id: $id) { id } ${heavy} }`, { id: null }],
  ['@skip', `query ($off: Boolean = false) { settings @skip(if: $off) { currency } ${heavy} }`, { off: null }],
  ['@include', `query ($on: Boolean = true) { ... @include(if: $on) { ${heavy} } }`, { on: null }],
])(
  'issue B7: a null that %s does not accept is BAD_USER_INPUT, and does not switch the limit off',
  async (_what, query, variables) => {
    const { status, data, errors } = await bed.send(query, variables, 'clipper');
    expect([status, data, errors?.map((error) => error.extensions.code)]).toEqual([400, undefined, ['BAD_USER_INPUT']]);
    expect(await codes(query)).toEqual(['QUERY_TOO_COMPLEX']);
  },
);

test('issue B8: a timeline weighs the days that it is asked for, and 366 when these are not a range', async () => {
  const query =
    'query ($from: Date!, $to: Date!) { campaigns(first: 20) { nodes { timeline(from: $from, to: $to) { date earnings viewsGained submissions } } } }';
  expect(await codes(query, { from: '2026-01-01', to: '2026-01-31' })).toEqual(['ok']);
  expect(await codes(query, { from: '2026-01-01', to: '2026-10-01' })).toEqual(['ok']);
  expect(await codes(query, { from: '2026-01-01', to: '2026-12-31' })).toEqual(['QUERY_TOO_COMPLEX']);
  expect(await codes(query, { from: '2026-02-01', to: '2026-01-01' })).toEqual(['QUERY_TOO_COMPLEX']);
  expect(await codes(query.replace('first: 20', 'first: 1'), { from: '2026-01-01', to: '2026-12-31' })).toEqual(['ok']);
});
