import { request } from 'node:http';
import { readSettings } from '../../src/infra/config.js';
import { offersDemoSessions } from '../../src/infra/http/demo-session-routes.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ demo: true });
});
afterAll(() => bed.stop());

/** With the Host that is given, which fetch would not send. */
const post = (headers: Record<string, string>, body = '{"as":"clipper"}', method = 'POST') =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(
      `${bed.address}/demo-session`,
      { method, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
const port = () => new URL(bed.address).port;

test.each(['localhost', '127.0.0.1', '[::1]'])(
  'U1 the page of this machine at %s is given a token that signs in',
  async (name) => {
    const host = `${name}:${port()}`;
    const { status, body } = await post({ host, origin: `http://${host}` });
    expect(status).toBe(200);
    const { token } = JSON.parse(body) as { token: string };
    const answered = await fetch(`${bed.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ me { email } }' }),
    });
    expect(await answered.json()).toEqual({ data: { me: { email: 'clipper@example.com' } } });
  },
);

test.each([
  ['a page of another site', (own: string) => ({ host: own, origin: 'https://evil.example.com' })],
  [
    'a name that was made to lead here',
    () => ({ host: `evil.example.com:${port()}`, origin: `http://evil.example.com:${port()}` }),
  ],
  [
    'a name that begins like ours',
    () => ({ host: `localhost.evil.example.com:${port()}`, origin: `http://localhost.evil.example.com:${port()}` }),
  ],
  [
    'a name with a user before it',
    () => ({ host: `evil@localhost:${port()}`, origin: `http://evil@localhost:${port()}` }),
  ],
  ['another port of this machine', (own: string) => ({ host: own, origin: 'http://127.0.0.1:1' })],
  ['another scheme', (own: string) => ({ host: own, origin: `https://${own}` })],
  ['a page without an origin', (own: string) => ({ host: own, origin: 'null' })],
  ['no page at all', (own: string) => ({ host: own })],
])('U1 %s is answered 404', async (_title, headers) => {
  const { status, body } = await post(headers(`127.0.0.1:${port()}`) as Record<string, string>);
  expect(status).toBe(404);
  expect(body).not.toContain('token');
});

test('U1 only a POST that names one of the two people is answered', async () => {
  const headers = { host: `127.0.0.1:${port()}`, origin: bed.address };
  expect((await post(headers, '{"as":"owner"}')).status).toBe(400);
  expect((await post(headers, 'null')).status).toBe(400);
  expect((await post(headers, '', 'GET')).status).toBe(404);
});

test('U1 without the sample data nothing is there', async () => {
  const plain = await createTestbed();
  try {
    const response = await fetch(`${plain.address}/demo-session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: plain.address },
      body: '{"as":"admin"}',
    });
    expect(response.status).toBe(404);
    expect(await (await fetch(plain.address)).text()).not.toContain('content="true"');
  } finally {
    await plain.stop();
  }
});

const SECRET = '0123456789abcdef0123456789ABCDEF-demo';
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://db/x',
  AUTH_JWT_SECRET: SECRET,
  APIFY_API_KEY: 'key',
  DATA_ENCRYPTION_KEY: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

test.each<[string, Record<string, string>, boolean]>([
  ['with nothing set', {}, true],
  [
    'with a database of their own',
    { DATABASE_URL: 'postgresql://db/x', AUTH_JWT_SECRET: SECRET, DEMO_DATA: 'true' },
    false,
  ],
  ['without the sample data', { DEMO_DATA: 'false' }, false],
  ['bound to every address', { HOST: '0.0.0.0' }, false],
  ['bound to an address of the network', { HOST: '192.168.0.7' }, false],
  ['bound to this machine by name', { HOST: 'localhost' }, true],
  ['bound to this machine by its other address', { HOST: '::1' }, true],
  ['in production', PRODUCTION, false],
])('U1 %s the two people are offered: %s', (_title, environment, offered) => {
  expect(offersDemoSessions(readSettings(environment))).toBe(offered);
});
