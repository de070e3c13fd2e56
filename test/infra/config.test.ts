import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { checkSchedules } from '../../jobs/runner.js';
import { readSettings } from '../../src/infra/config.js';
import { isWeakSecret } from '../../src/infra/security/secret-strength.js';

const SECRET = 'x'.repeat(32);
const random = (seed: string) => createHash('sha256').update(seed).digest('hex');
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://db/clipledger',
  AUTH_JWT_SECRET: random('token'),
  APIFY_API_KEY: 'key',
  DATA_ENCRYPTION_KEY: random('details'),
};

test('nothing is needed: the embedded database, loopback, sample data, the playground', () => {
  expect(readSettings({})).toMatchObject({
    embedded: true,
    PORT: 4_000,
    HOST: '127.0.0.1',
    DEMO_DATA: true,
    PLAYGROUND: true,
    AUTH_EMAILS_ARE_VERIFIED: true,
    TRACKING_SCHEDULE: '0 */4 * * *',
    PAYOUT_MINIMUM: 20_000_000n,
  });
});

test('with a database of their own nothing is made up: no sample data, e-mails are not taken as verified', () => {
  expect(readSettings({ DATABASE_URL: 'postgresql://db/x', AUTH_JWT_SECRET: SECRET })).toMatchObject({
    embedded: false,
    DEMO_DATA: false,
    AUTH_EMAILS_ARE_VERIFIED: false,
  });
});

test.each([
  ['PORT', 'http'],
  ['PORT', '70000'],
  ['DATABASE_URL', 'mysql://x/y'],
  ['AUTH_JWT_SECRET', 'short'],
  ['AUTH_JWKS_URL', 'nonsense'],
  ['AUTH_OIDC_ISSUER', 'id.example.com'],
  ['AUTH_OIDC_TOKEN', 'refresh'],
  ['DEMO_DATA', 'yes'],
  ['TRACKING_BATCH_SIZE', '0'],
  ['TRACKING_MAX_CLIPS_PER_RUN', '1e3'],
  ['PAYOUT_MINIMUM', '20,00'],
  ['CURRENCY', 'usd'],
  ['LOG_LEVEL', 'loud'],
  ['NODE_ENV', 'staging'],
  ['APIFY_ACTOR_TIKTOK', 'noslash'],
  ['DATA_ENCRYPTION_KEY', 'too short'],
  ['META_AD_ACCOUNT_IDS', 'mine'],
  ['META_API_VERSION', '25'],
  ['META_FUNNEL', '{"reservation":["x"]}'],
  ['META_FUNNEL', '{"reservations":[]}'],
  ['CORS_ORIGINS', 'app.example.com'],
  ['CORS_ORIGINS', 'https://app.example.com/'],
  ['CORS_ORIGINS', 'https://app.example.com,null'],
  ['DRAIN_SECONDS', '-1'],
  ['DRAIN_SECONDS', '601'],
])('a wrong %s (%s) stops the start with one line that names it and says what is accepted', (name, value) => {
  expect(() => readSettings({ DATABASE_URL: 'postgresql://db/x', AUTH_JWT_SECRET: SECRET, [name]: value })).toThrow(
    new RegExp(`^${name} is wrong: it must be .{4,}\\.$`),
  );
});

test('in production nothing falls back', () => {
  expect(readSettings(PRODUCTION)).toMatchObject({ HOST: '0.0.0.0', PLAYGROUND: false, DEMO_DATA: false });
  for (const name of ['DATABASE_URL', 'AUTH_JWT_SECRET', 'APIFY_API_KEY', 'DATA_ENCRYPTION_KEY'])
    expect(() => readSettings({ ...PRODUCTION, [name]: '' })).toThrow(name);
  expect(() => readSettings({ ...PRODUCTION, DEMO_DATA: 'true' })).toThrow('DEMO_DATA');
});

const JWKS = {
  ...PRODUCTION,
  AUTH_JWT_SECRET: '',
  AUTH_JWKS_URL: 'https://id.example.com/keys',
  AUTH_ISSUER: 'https://id.example.com',
  AUTH_AUDIENCE: 'clipledger',
};
test.each([
  ['AUTH_JWKS_URL', 'http://id.example.com/keys', 'it must be an https address'],
  ['AUTH_ISSUER', '', 'AUTH_ISSUER is missing'],
  ['AUTH_AUDIENCE', '', 'AUTH_AUDIENCE is missing'],
])('in production a JWKS needs https, issuer and audience: %s=%s is refused', (name, value, message) => {
  expect(readSettings(JWKS)).toMatchObject({ AUTH_AUDIENCE: 'clipledger' });
  expect(() => readSettings({ ...JWKS, [name]: value })).toThrow(message);
  expect(() => readSettings({ ...JWKS, [name]: value, NODE_ENV: 'development' })).not.toThrow();
});

const OIDC = {
  DATABASE_URL: 'postgresql://db/x',
  AUTH_OIDC_ISSUER: 'https://id.example.com',
  AUTH_OIDC_CLIENT_ID: 'console',
};

test('U1 with OpenID Connect issuer and audience follow from it, unless they are given', () => {
  const { signIn, AUTH_ISSUER, AUTH_AUDIENCE } = readSettings({ ...OIDC, AUTH_OIDC_AUDIENCE: 'api' });
  expect(signIn).toEqual({
    issuer: 'https://id.example.com',
    clientId: 'console',
    scope: 'openid email profile',
    audience: 'api',
    token: 'access',
  });
  expect([AUTH_ISSUER, AUTH_AUDIENCE]).toEqual(['https://id.example.com', 'api']);
  expect(readSettings({ ...OIDC, AUTH_OIDC_TOKEN: 'id' }).AUTH_AUDIENCE).toBe('console');
  expect(readSettings({ ...OIDC, AUTH_ISSUER: 'other', AUTH_AUDIENCE: 'mine' })).toMatchObject({
    AUTH_ISSUER: 'other',
    AUTH_AUDIENCE: 'mine',
  });
  expect(readSettings({}).signIn).toBeNull();
});

test.each([
  [{ AUTH_OIDC_CLIENT_ID: '' }, 'AUTH_OIDC_CLIENT_ID is missing'],
  [{ AUTH_OIDC_ISSUER: '', AUTH_JWT_SECRET: SECRET }, 'AUTH_OIDC_ISSUER is missing'],
  [{ AUTH_OIDC_SCOPE: 'email' }, 'AUTH_OIDC_SCOPE is wrong'],
  [{ AUTH_OIDC_AUDIENCE: '' }, 'AUTH_OIDC_AUDIENCE is missing'],
])('half of OpenID Connect (%j) is refused', (over, message) => {
  expect(() => readSettings({ ...OIDC, ...over })).toThrow(message);
});

test.each([
  [{ AUTH_OIDC_ISSUER: 'http://id.example.com' }, 'AUTH_OIDC_ISSUER is wrong'],
  [{ AUTH_OIDC_AUDIENCE: '' }, 'AUTH_OIDC_AUDIENCE is missing'],
])('in production OpenID Connect needs https and an audience: %j is refused', (over, message) => {
  const production = { ...PRODUCTION, ...OIDC, AUTH_JWT_SECRET: '', AUTH_OIDC_AUDIENCE: 'api' };
  expect(readSettings(production).AUTH_AUDIENCE).toBe('api');
  expect(() => readSettings({ ...production, ...over })).toThrow(message);
});

test.each([
  ['one character', 'x'.repeat(32)],
  ['few characters', 'abcabcaabbccabcabcaabbccabcabcaabbcc'],
  ['a word again and again', 'changeme-please!'.repeat(2)],
  ['a word cut short at the end', 'my-secret-value-'.repeat(3).slice(0, 40)],
])('in production a secret of %s is refused', (_title, weak) => {
  for (const name of ['AUTH_JWT_SECRET', 'CRON_SECRET', 'METRICS_TOKEN'])
    expect(() => readSettings({ ...PRODUCTION, [name]: weak })).toThrow(
      `${name} is wrong: with NODE_ENV=production it must be random`,
    );
  expect(() => readSettings({ ...PRODUCTION, AUTH_JWT_SECRET: weak, NODE_ENV: 'development' })).not.toThrow();
});

test('in production a key for payout details of one repeated byte is refused; random secrets are not', () => {
  expect(() => readSettings({ ...PRODUCTION, DATA_ENCRYPTION_KEY: 'ab'.repeat(32) })).toThrow('DATA_ENCRYPTION_KEY');
  for (let seed = 0; seed < 1_000; seed += 1)
    expect(
      isWeakSecret(
        Buffer.from(random(String(seed)), 'hex')
          .toString('base64')
          .slice(0, 32),
      ),
    ).toBe(false);
});

test('META_FUNNEL replaces the steps that it names; an access token needs its accounts', () => {
  const { META_FUNNEL } = readSettings({ META_FUNNEL: '{"reservations":["custom"]}' });
  expect([META_FUNNEL.reservations, META_FUNNEL.booking_step_1[0]]).toEqual([['custom'], 'omni_search']);
  expect(() => readSettings({ META_ACCESS_TOKEN: 'x' })).toThrow('META_AD_ACCOUNT_IDS');
});

test('a key for payout details is 32 bytes, in base64 or hex', () => {
  const bytes = Buffer.alloc(32, 7);
  for (const text of [bytes.toString('base64'), bytes.toString('hex')])
    expect(readSettings({ DATA_ENCRYPTION_KEY: text }).DATA_ENCRYPTION_KEY).toEqual(bytes);
});

test('a schedule that is not cron syntax stops the start', () => {
  const job = { name: 'view-tracking', start: async () => undefined };
  expect(() => checkSchedules([{ ...job, schedule: 'every day' }])).toThrow('view-tracking');
  expect(() =>
    checkSchedules([
      { ...job, schedule: 'off' },
      { ...job, schedule: '*/5 * * * * *' },
    ]),
  ).not.toThrow();
});

test('.env.example explains every setting that there is, and no other', () => {
  const root = path.join(import.meta.dirname, '..', '..');
  const explained = [...fs.readFileSync(path.join(root, '.env.example'), 'utf8').matchAll(/^#?\s?([A-Z_]{4,})=/gm)]
    .map(([, name]) => name)
    .toSorted();
  const known = [
    ...fs.readFileSync(path.join(root, 'src/infra/config.ts'), 'utf8').matchAll(/^ {2}([A-Z_]{4,}):/gm),
  ].map(([, name]) => name);
  expect(explained).toEqual([...new Set(known)].toSorted());
});

test('no other origin is let in unless it is named, and in production never every one', () => {
  expect(readSettings({}).CORS_ORIGINS).toEqual([]);
  expect(readSettings({ CORS_ORIGINS: 'https://A.example.com, http://localhost:5173' }).CORS_ORIGINS).toEqual([
    'https://a.example.com',
    'http://localhost:5173',
  ]);
  expect(readSettings({ CORS_ORIGINS: '*' }).CORS_ORIGINS).toEqual(['*']);
  expect(() => readSettings({ ...PRODUCTION, CORS_ORIGINS: 'https://a.example.com,*' })).toThrow(
    /^CORS_ORIGINS is wrong/,
  );
});

test('an instance drains for 5 s in production, and not at all elsewhere, unless it is told otherwise', () => {
  expect(readSettings({}).DRAIN_SECONDS).toBe(0);
  expect(readSettings(PRODUCTION).DRAIN_SECONDS).toBe(5);
  expect(readSettings({ ...PRODUCTION, DRAIN_SECONDS: '30' }).DRAIN_SECONDS).toBe(30);
});
