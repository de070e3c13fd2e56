import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createAuthenticate } from '../../src/infra/security/token.js';
import { TestClock } from '../support/test-clock.js';
import { testSettings } from '../support/testbed.js';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
const EXPIRES = '1h';
let server: Server;
let keys: object[] = [];
let requests = 0;
let down = false;
beforeAll(async () => {
  server = createServer((_request, response) => {
    requests += 1;
    if (down) return void response.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = 0;
  down = false;
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
const authenticator = (over: Record<string, string> = {}) =>
  createAuthenticate(
    testSettings({ AUTH_JWKS_URL: url(), AUTH_EMAILS_ARE_VERIFIED: 'false', ...over }),
    undefined,
    new TestClock(),
  );
const published = async (pair: Pair, kid: string, alg: string) => ({
  ...(await exportJWK(pair.publicKey)),
  kid,
  alg,
  use: 'sig',
});
const token = (
  pair: Pair,
  kid: string,
  alg: string,
  claims: object = {},
  expires: string | number | null = EXPIRES,
) => {
  const jwt = new SignJWT({ email: 'ann@example.com', ...claims }).setProtectedHeader({ alg, kid }).setSubject('ann');
  return (expires === null ? jwt : jwt.setExpirationTime(expires)).sign(pair.privateKey);
};
const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

test.each(['ES256', 'RS256'])(
  'a token signed with %s by a published key is accepted, and the keys are fetched once for many',
  async (alg) => {
    const pair = await generateKeyPair(alg);
    keys = [await published(pair, 'k1', alg)];
    const authenticate = authenticator();
    for (let tried = 0; tried < 5; tried += 1)
      expect(await authenticate(`Bearer ${await token(pair, 'k1', alg)}`)).toMatchObject({
        subject: 'ann',
        emailVerified: false,
      });
    expect(requests).toBe(1);
  },
);

test('a key that is not published, an algorithm that is not configured, and the public key as a secret are refused', async () => {
  const [known, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  keys = [await published(known, 'k1', 'RS256')];
  const authenticate = authenticator();
  const confused = await new SignJWT({ email: 'x@example.com' })
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .setSubject('x')
    .setExpirationTime(EXPIRES)
    .sign(new TextEncoder().encode(JSON.stringify(keys[0])));
  const es = await generateKeyPair('ES384');
  for (const bad of [await token(other, 'k1', 'RS256'), confused, await token(es, 'k1', 'ES384')])
    expect(await codeOf(authenticate(`Bearer ${bad}`))).toBe('UNAUTHENTICATED');
});

test('after a rotation the new key is fetched when a token names it; made-up key ids do not flood the provider', async () => {
  const [old, next] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
  keys = [await published(old, 'old', 'ES256')];
  const authenticate = authenticator();
  await authenticate(`Bearer ${await token(old, 'old', 'ES256')}`);
  keys = [await published(next, 'next', 'ES256')];
  for (let tried = 0; tried < 20; tried += 1)
    expect(await codeOf(authenticate(`Bearer ${await token(next, `made-up-${tried}`, 'ES256')}`))).toBe(
      'UNAUTHENTICATED',
    );
  expect(requests).toBeLessThanOrEqual(2);
  const fresh = authenticator();
  expect(await codeOf(fresh(`Bearer ${await token(next, 'next', 'ES256')}`))).toBe('ok');
});

test('when the provider cannot be reached, tokens of known keys go on being accepted; without any key it is said to be unavailable', async () => {
  const pair = await generateKeyPair('ES256');
  keys = [await published(pair, 'k1', 'ES256')];
  const authenticate = authenticator();
  await authenticate(`Bearer ${await token(pair, 'k1', 'ES256')}`);
  down = true;
  expect(await codeOf(authenticate(`Bearer ${await token(pair, 'k1', 'ES256')}`))).toBe('ok');
  expect(await codeOf(authenticator()(`Bearer ${await token(pair, 'k1', 'ES256')}`))).toBe('UPSTREAM_UNAVAILABLE');
  expect(await codeOf(authenticate('Bearer garbage'))).toBe('UNAUTHENTICATED');
});

test('expiry has 30 seconds of tolerance; a token that never expires is refused', async () => {
  const pair = await generateKeyPair('ES256');
  keys = [await published(pair, 'k1', 'ES256')];
  const authenticate = authenticator();
  const seconds = Math.floor(Date.now() / 1_000);
  const expiring = async (at: number | null) =>
    codeOf(authenticate(`Bearer ${await token(pair, 'k1', 'ES256', {}, at)}`));
  expect([await expiring(seconds - 20), await expiring(seconds - 40), await expiring(null)]).toEqual([
    'ok',
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
  ]);
});

test.each([
  [{ email_verified: true }, true],
  [{ app_metadata: { email_verified: true } }, true],
  [{ user_metadata: { email_verified: true } }, false],
  [{ email_verified: 'true' }, false],
  [{}, false],
])('an e-mail is verified by the provider alone, not by what users say of themselves: %j', async (claims, verified) => {
  const pair = await generateKeyPair('ES256');
  keys = [await published(pair, 'k1', 'ES256')];
  expect(await authenticator()(`Bearer ${await token(pair, 'k1', 'ES256', claims)}`)).toMatchObject({
    emailVerified: verified,
  });
});
