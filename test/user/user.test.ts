import fc from 'fast-check';
import { DashboardDocument } from '../../schema/generated/graphql.js';
import { signToken } from '../../src/infra/security/token.js';
import { cleanName, displayName, distinctName } from '../../src/user/user.rules.js';
import { createTestbed, TEST_SECRET, type Testbed, testSettings } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'clipledger' } });
});
afterAll(() => bed.stop());

const settings = testSettings({ AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'clipledger' });
const me = async (authorization: string) => {
  const response = await fetch(`${bed.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ me { id name role email } }' }),
  });
  return {
    status: response.status,
    body: (await response.json()) as {
      data?: { me: { id: string; name: string; role: string } };
      errors?: { extensions: { code: string } }[];
    },
  };
};
const codeOf = async (authorization: string) => (await me(authorization)).body.errors?.[0]?.extensions.code;

test('U1 twenty first calls at once make one user', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => bed.ask(DashboardDocument, {}, 'newcomer')));
  expect(new Set(answers.map((answer) => answer.me.id)).size).toBe(1);
  expect(await bed.database.query('select id from "user" where subject = $1', ['newcomer'])).toHaveLength(1);
});

test('U1 no token is nobody; a bad one refuses the whole request', async () => {
  expect(await bed.refusal(DashboardDocument, {}, null)).toBe('UNAUTHENTICATED');
  const good = await bed.token('someone');
  const [header, payload, signature] = good.split('.') as [string, string, string];
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  const other = await signToken('another secret that is long enough, too', settings, {
    subject: 'x',
    email: 'x@example.com',
  });
  const foreign = await signToken(
    TEST_SECRET,
    { ...settings, AUTH_ISSUER: 'https://evil.example' },
    { subject: 'x', email: 'x@example.com' },
  );
  const audience = await signToken(
    TEST_SECRET,
    { ...settings, AUTH_AUDIENCE: 'other' },
    { subject: 'x', email: 'x@example.com' },
  );
  const forged = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'admin' }),
  ).toString('base64url');
  for (const token of [
    other,
    foreign,
    audience,
    `${none}.${payload}.`,
    `${header}.${forged}.${signature}`,
    'x',
    `${good}x`,
  ]) {
    expect([token.slice(-9), (await me(`Bearer ${token}`)).status, await codeOf(`Bearer ${token}`)]).toEqual([
      token.slice(-9),
      401,
      'UNAUTHENTICATED',
    ]);
  }
  expect(await codeOf(good)).toBe('UNAUTHENTICATED');
  expect(await codeOf('Basic abc')).toBe('UNAUTHENTICATED');
  expect((await me(`Bearer ${good}`)).status).toBe(200);
});

test('the role is ours: one in the token makes no admin', async () => {
  const { SignJWT } = await import('jose');
  const token = await new SignJWT({ email: 'x@example.com', role: 'ADMIN', app_metadata: { role: 'ADMIN' } })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('roleful')
    .setIssuer('https://issuer.example')
    .setAudience('clipledger')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(TEST_SECRET));
  expect((await me(`Bearer ${token}`)).body.data?.me.role).toBe('CLIPPER');
});

test('U1 a suspended user is refused everywhere at once', async () => {
  await bed.ask(DashboardDocument, {}, 'suspect');
  await bed.database.query('update "user" set suspended_at = now() where subject = $1', ['suspect']);
  expect(await bed.refusal(DashboardDocument, {}, 'suspect')).toBe('FORBIDDEN');
  expect(await bed.refusal('{ settings { currency } }', {}, 'suspect')).toBe('FORBIDDEN');
});

test('an address of ADMIN_EMAILS makes an admin once, and with a trace: whoever is demoted stays demoted', async () => {
  const role = async () => (await bed.ask<{ me: { role: string } }, object>('{ me { role } }', {}, 'admin')).me.role;
  const promotions = () =>
    bed.database.query(
      `select 1 from audit_event e join "user" u on u.id = e.subject_id where e.action = 'user.admin-by-email' and u.subject = 'admin'`,
    );
  expect(await role()).toBe('ADMIN');
  expect(await promotions()).toHaveLength(1);
  await bed.database.query('update "user" set role = \'CLIPPER\' where subject = $1', ['admin']);
  expect(await role()).toBe('CLIPPER');
});

test('two subjects with one address of ADMIN_EMAILS that sign in at once: one of them becomes an admin', async () => {
  await using own = await createTestbed({ settings: { ADMIN_EMAILS: 'boss@example.com' } });
  const tokens = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      signToken(TEST_SECRET, own.deps.settings, { subject: `boss-${n}`, email: 'boss@example.com' }),
    ),
  );
  await Promise.all(
    tokens.map((token) =>
      fetch(`${own.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"query":"{ me { id } }"}',
      }),
    ),
  );
  expect(await own.database.query('select 1 from "user" where role = \'ADMIN\'')).toHaveLength(1);
});

test('a user is seen by that user and by admins alone', async () => {
  const { me: owner } = await bed.ask(DashboardDocument, {}, 'owner');
  const seen = async (caller: string) =>
    (await bed.ask<{ user: object | null }, object>(`{ user(id: "${owner.id}") { id } }`, {}, caller)).user !== null;
  expect([await seen('owner'), await seen('admin2'), await seen('stranger')]).toEqual([true, true, false]);
});

test('U4 a user without a name is "Clipper" and 6 characters of the id; nothing comes from an e-mail address', () => {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  expect(displayName({ id, givenName: null })).toBe('Clipper 9a8057');
  expect(displayName({ id, givenName: 'Ana' })).toBe('Ana');
  expect(cleanName('ana@example.com')).toBeNull();
});

test('U4 a name that was stored before the rules grew stricter is not shown; two of one name are told apart by their ids', () => {
  const ids = ['01890a5d-ac96-774b-bcce-b302099a8057', '01890a5d-ac96-774b-bcce-b302099a8058'] as const;
  expect(displayName({ id: ids[0], givenName: 'Clipledger Admin' })).toBe('Clipper 9a8057');
  expect(displayName({ id: ids[0], givenName: 'ana\uff20example.com' })).toBe('Clipper 9a8057');
  expect(ids.map((id) => distinctName({ id, givenName: 'Ana' }))).toEqual(['Ana (9a8057)', 'Ana (9a8058)']);
  expect(distinctName({ id: ids[0], givenName: null })).toBe('Clipper 9a8057');
});

test.each([
  ['  Ana   Banana ', 'Ana Banana'],
  ['A\u0000n\u200ba', 'Ana'],
  ['e\u0301', 'é'],
  ['   ', null],
  ['x'.repeat(101), null],
  ['ana\uff20example.com', null],
  ['ana\ufe6bexample.com', null],
  ['\uff21\uff4e\uff41', 'Ana'],
  ['\u3164\u115f', null],
  ['\u2800', null],
  ['A\u034fna\u202e', 'Ana'],
  ['Clipledger', null],
  ['Clipledger Admin', null],
  ['C l i p l e d g e r', null],
  ['The CLIPLEDGER team', null],
  ['\u0421li\u0440ledger', null],
  ['CIipIedger', null],
  ['C1ipl3dger', null],
  ['Admin', null],
  ['Ada the admin', null],
  ['\u0410dmin', null],
  ['\u00c1dm\u00edn', null],
  ['A.d.m.i.n', null],
  ['4dm1n', null],
  ['Admins', null],
  ['Support', null],
  ['Support (payouts)', null],
  ['\u{1d400}\u{1d41d}\u{1d426}\u{1d422}\u{1d427}', null],
  ['Clipper 9a8057', null],
  ['clipper  9A8057', null],
  ['Clip Ledger Domain', null],
  ['Badminton Bob', 'Badminton Bob'],
  ['Supporter of Ana', 'Supporter of Ana'],
  ['Анна', 'Анна'],
  ['Clipper Joe', 'Clipper Joe'],
])('a name %j is kept as %j', (given, kept) => {
  expect(cleanName(given)).toBe(kept);
});

test('U4 a cleaned name stays as it is when it is cleaned again, and holds no @, nothing invisible and no product name', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('admin', '\uff20', '\u200d', 'Clip', 'ledger', ' '),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const name = cleanName(parts.join(''));
      if (name === null) return;
      expect(cleanName(name)).toBe(name);
      expect(name).not.toMatch(/@|\p{C}|^\s|\s$|clipledger/iu);
      expect(name.normalize('NFKC')).toBe(name);
    }),
    { numRuns: 2_000 },
  );
});
