import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { IdentityProvider } from '../../src/infra/security/identity-provider.js';
import { createAuthenticate } from '../../src/infra/security/token.js';
import { TestClock } from '../support/test-clock.js';
import { createTestbed, testSettings } from '../support/testbed.js';

let server: Server;
let issuer: string;
let asked: string[] = [];
let answer: (response: ServerResponse, url: string) => void;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(response, request.url ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answer = (response) => json(response, documentOf());
});

const json = (response: ServerResponse, body: unknown) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const documentOf = (over: object = {}) => ({
  issuer,
  jwks_uri: `${issuer}/keys`,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: 'https://tokens.example.com/token',
  ...over,
});

test('the document is read once an hour, and the one from before counts while the provider is away', async () => {
  let now = 0;
  const provider = new IdentityProvider(issuer, () => now);
  await Promise.all([provider.document(), provider.document()]);
  expect(asked).toEqual(['/.well-known/openid-configuration']);
  answer = (response) => response.destroy();
  now += 3_600_000;
  expect(await provider.document()).toMatchObject({ jwks_uri: `${issuer}/keys` });
  expect(await provider.origins()).toEqual([issuer, 'https://tokens.example.com']);
  expect(asked).toHaveLength(2);
});

test('a provider that is away is asked again after 30 s, and a page gets the origin of the issuer alone', async () => {
  let now = 0;
  const provider = new IdentityProvider(issuer, () => now);
  answer = (response) => response.writeHead(503).end();
  await expect(provider.document()).rejects.toThrow(`The identity provider ${issuer} cannot be used`);
  await expect(provider.document()).rejects.toThrow('answers 503');
  expect(await provider.origins()).toEqual([issuer]);
  expect(asked).toHaveLength(1);
  answer = (response) => json(response, documentOf());
  now += 30_000;
  expect(await provider.document()).toMatchObject({ issuer });
});

test.each([
  ['another name', { issuer: 'https://other.example.com' }, 'must be the very same text'],
  ['no keys', { jwks_uri: undefined }, 'has no usable jwks_uri'],
  ['an endpoint that is no address', { token_endpoint: '/token' }, 'has no usable token_endpoint'],
  ['a document without an end', { more: 'x'.repeat(300_000) }, 'larger than 200000 bytes'],
])('U1 a provider with %s is refused in one line', async (_title, over, message) => {
  answer = (response) => json(response, documentOf(over));
  await expect(new IdentityProvider(issuer).document()).rejects.toThrow(message);
});

test('U1 a redirect is not followed', async () => {
  answer = (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  await expect(new IdentityProvider(issuer).document()).rejects.toThrow('cannot be used');
});

test('U1 tokens are checked with the keys, the issuer and the audience that follow from the discovery document', async () => {
  const pair = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  answer = (response, url) => json(response, url === '/keys' ? { keys: [key] } : documentOf());
  const settings = testSettings({
    AUTH_JWT_SECRET: '',
    AUTH_OIDC_ISSUER: issuer,
    AUTH_OIDC_CLIENT_ID: 'console',
    AUTH_OIDC_AUDIENCE: 'api',
  });
  const authenticate = createAuthenticate(settings, undefined, new TestClock(), new IdentityProvider(issuer));
  const sign = (from: string, audience: string) =>
    new SignJWT({ email: 'ann@example.com', name: 'Ann' })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setSubject('ann')
      .setIssuer(from)
      .setAudience(audience)
      .setExpirationTime('1h')
      .sign(pair.privateKey);
  expect(await authenticate(`Bearer ${await sign(issuer, 'api')}`)).toMatchObject({ subject: 'ann', name: 'Ann' });
  for (const wrong of [await sign('https://other.example.com', 'api'), await sign(issuer, 'another')])
    await expect(authenticate(`Bearer ${wrong}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('A2 an instance whose provider never answers starts, is ready, serves the page, and refuses tokens in words', async () => {
  answer = () => undefined;
  const bed = await createTestbed({
    settings: { AUTH_OIDC_ISSUER: issuer, AUTH_OIDC_CLIENT_ID: 'console', AUTH_OIDC_TOKEN: 'id' },
  });
  try {
    expect((await fetch(`${bed.address}/readyz`)).status).toBe(200);
    const page = await fetch(bed.address, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${issuer};`);
    const { privateKey } = await generateKeyPair('RS256');
    const token = await new SignJWT({ email: 'ann@example.com' })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setSubject('ann')
      .setExpirationTime('1h')
      .sign(privateKey);
    const refused = await fetch(`${bed.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    const { errors } = (await refused.json()) as { errors: object[] };
    expect(errors[0]).toMatchObject({
      message: "The identity provider's keys cannot be read: try again later.",
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    const { data } = await bed.send('{ settings { signIn { issuer clientId token } } }', {}, null);
    expect(data).toEqual({ settings: { signIn: { issuer, clientId: 'console', token: 'id' } } });
  } finally {
    await bed.stop();
  }
});
