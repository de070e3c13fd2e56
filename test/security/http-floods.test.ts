import { SignJWT } from 'jose';
import { createReadiness } from '../../src/infra/http/readiness.js';
import { Sampler } from '../../src/infra/observability/sampler.js';
import { remembered } from '../../src/infra/remembered.js';
import { createTestbed, TEST_SECRET, type Testbed } from '../support/testbed.js';

const PER_MINUTE = 100;
let bed: Testbed;
let lines: Record<string, unknown>[];
beforeAll(async () => {
  lines = [];
  bed = await createTestbed({
    settings: { RATE_LIMIT_PER_MINUTE: String(PER_MINUTE) },
    onLog: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
});
afterAll(() => bed.stop());

const signed = (claims: { sub: string; email: string }) =>
  new SignJWT({ email: claims.email })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(claims.sub)
    .setExpirationTime('1 hour')
    .sign(new TextEncoder().encode(TEST_SECRET));

const post = (body: string, token?: string) =>
  fetch(`${bed.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body,
  });

const errorOf = async (response: Response) => {
  const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
  return { status: response.status, code: errors[0]?.extensions.code, message: errors[0]?.message };
};

test('a flood of one user, under tokens of any number, costs no statement per refused call, and few lines', async () => {
  const tokens = [await bed.token('flooding'), await signed({ sub: 'flooding', email: 'flooding@example.com' })];
  const ask = async (n: number) => (await post('{"query":"{ me { id } }"}', tokens[n % 2])).status;
  for (let n = 0; n < PER_MINUTE; n += 1) expect(await ask(n)).toBe(200);
  lines.length = 0;
  let statuses: number[] = [];
  const statements = await bed.database.countStatements(async () => {
    statuses = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(n)));
  });
  const answered = statuses.filter((status) => status === 200).length;
  const refused = statuses.length - answered;
  expect(refused).toBeGreaterThan(10);
  // The server's own statements (its clock, its jobs) may fall in between; one for each refusal may not.
  expect(statements).toBeLessThan(answered * 2 + refused / 2);
  const refusals = lines.filter((line) => line.msg === 'request' && line.status === 429);
  expect(refusals[0]).toMatchObject({ code: 'RATE_LIMITED', unlogged: 0 });
  expect(refusals.length).toBeLessThan(refused / 2);
});

test('one line of a kind stands for all in its time, and the next says how many were left out', () => {
  let now = 0;
  const sampler = new Sampler(1_000, () => now);
  expect([sampler.take('a'), sampler.take('a'), sampler.take('a'), sampler.take('b')]).toEqual([
    { unlogged: 0 },
    null,
    null,
    { unlogged: 0 },
  ]);
  now = 1_000;
  expect([sampler.take('a'), sampler.take('a'), sampler.take('b')]).toEqual([{ unlogged: 2 }, null, { unlogged: 0 }]);
});

test('the name of an operation is cut at 100 characters in the log', async () => {
  lines.length = 0;
  await post(JSON.stringify({ query: `query ${'n'.repeat(100_000)} { __typename }` }));
  expect(lines.find((line) => line.msg === 'request')?.operation).toBe('n'.repeat(100));
});

test('90,000 nested brackets in variables are refused, by POST and by GET', async () => {
  const nested = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
  const query = 'query ($ids: [ID!]!) { __typename }';
  const body = `{"query":${JSON.stringify(query)},"variables":{"ids":${nested}}}`;
  const refused = { status: 400, code: 'BAD_REQUEST', message: 'JSON must be nested at most 50 levels deep.' };
  expect(await errorOf(await post(body))).toEqual(refused);
  const search = `?query=${encodeURIComponent('{__typename}')}&variables={"a":${'['.repeat(4_000)}${']'.repeat(4_000)}}`;
  const get = await fetch(`${bed.address}/graphql${search}`, { headers: { 'apollo-require-preflight': '1' } });
  expect(await errorOf(get)).toEqual(refused);
  const brackets = JSON.stringify({ query: '{ __typename }', variables: { text: `\\"${'[{'.repeat(1_000)}` } });
  expect((await post(brackets)).status).toBe(200);
});

test.each([
  ['NUL in sub', { sub: 'a\u0000b', email: 'nul@example.com' }],
  ['NUL in email', { sub: 'nul', email: 'nul\u0000@example.com' }],
  ['half a character in sub', { sub: 'a\ud800', email: 'half@example.com' }],
])('a token with %s is refused', async (_what, claims) => {
  const refused = await errorOf(await post('{"query":"{ me { id } }"}', await signed(claims)));
  expect(refused).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(refused.message).toMatch(/none of them a control character/);
});

test.each(['/readyz', '/metrics'])('%s costs the statements of one call, however often it is asked', async (path) => {
  const ask = () => fetch(`${bed.address}${path}`).then((response) => response.text());
  // What was remembered before is gone by then.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const one = await bed.database.countStatements(ask);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(one).toBeGreaterThan(0);
  expect(await bed.database.countStatements(() => Promise.all(Array.from({ length: 50 }, ask)))).toBeLessThanOrEqual(
    one,
  );
});

test('what is remembered is asked for anew after its time, after a failure, and when an answer does not come', async () => {
  let now = 0;
  let asked = 0;
  let work: () => Promise<number> = async () => asked;
  const ask = remembered(
    1_000,
    () => {
      asked += 1;
      return work();
    },
    () => now,
  );
  expect([await ask(), await ask()]).toEqual([1, 1]);
  now = 1_000;
  expect(await ask()).toBe(2);
  now = 2_000;
  work = async () => Promise.reject(new Error('no'));
  await expect(ask()).rejects.toThrow('no');
  work = () => new Promise(() => undefined);
  void ask();
  void ask();
  expect(asked).toBe(4);
  now = 13_000;
  work = async () => asked;
  expect(await ask()).toBe(5);
});

test('a check that does not answer makes the instance unready, in the words of that check', async () => {
  const fine = { problem: () => undefined, silent: 'never said' };
  const hangs = { problem: () => new Promise<undefined>(() => undefined), silent: 'the database does not answer' };
  const throws = { problem: () => Promise.reject(new Error('x')), silent: 'the queue does not answer' };
  const says = { problem: () => 'migrations are pending', silent: 'never said' };
  expect(await createReadiness([fine])()).toBeUndefined();
  expect(await createReadiness([fine, hangs], 10)()).toBe('the database does not answer');
  expect(await createReadiness([fine, throws, hangs], 10)()).toBe('the queue does not answer');
  expect(await createReadiness([says, hangs], 10)()).toBe('migrations are pending');
});
