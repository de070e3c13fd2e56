import type { Viewer } from '../../src/infra/context.js';
import { AccessChecker, ownsOrAdmin, refusalBy, signedIn } from '../../src/user/access.js';
import { Grant, holds, isGrant, viewerOf } from '../../src/user/grants.js';
import { Role } from '../../src/user/user.entity.js';
import { refusalOf } from '../support/refusal.js';

const clipper = viewerOf({ id: 'c', role: Role.CLIPPER });
const admin = viewerOf({ id: 'a', role: Role.ADMIN });
/** As it would come from the database after somebody has added it to the enum. */
const NEW_ROLE = 'BRAND' as Role;

test('U5 the grants of a user: what is their own, and for admins everything', () => {
  expect(clipper).toEqual({ id: 'c', admin: false, grants: [{ grant: 'OWNER', scope: 'c' }] });
  expect(admin).toEqual({
    id: 'a',
    admin: true,
    grants: [
      { grant: 'OWNER', scope: 'a' },
      { grant: 'ADMIN', scope: null },
    ],
  });
});

test('U5 a role that is added to the enum gives nobody any right', () => {
  const branded = viewerOf({ id: 'b', role: NEW_ROLE });
  expect(branded).toEqual({ ...clipper, id: 'b', grants: [{ grant: 'OWNER', scope: 'b' }] });
  expect(refusalBy([Grant.ADMIN], branded, true)?.code).toBe('FORBIDDEN');
});

test.each([
  ['a role', [NEW_ROLE]],
  ['the role of clippers', [Role.CLIPPER]],
  ['a misspelt grant', ['admin']],
  ['a property that every object has', ['constructor']],
  ['an unknown grant beside a known one', [Grant.ADMIN, NEW_ROLE]],
  ['an unknown grant beside everybody', [Grant.ANYONE, NEW_ROLE]],
])('U5 a rule that names %s refuses everybody, admins included', (_title, rule) => {
  for (const viewer of [null, clipper, admin, viewerOf({ id: 'b', role: NEW_ROLE })])
    for (const onOperation of [true, false]) expect(refusalBy(rule, viewer, onOperation)?.code).toBe('FORBIDDEN');
});

test('U5 a grant for one thing is none for another; one without a scope holds everywhere', () => {
  const ofBrand = { id: 'm', admin: false, grants: [{ grant: 'OWNER', scope: 'brand 1' }] };
  expect(holds(ofBrand, Grant.OWNER)).toBe(true);
  expect(holds(ofBrand, Grant.OWNER, 'brand 1')).toBe(true);
  expect(holds(ofBrand, Grant.OWNER, 'brand 2')).toBe(false);
  expect(holds(admin, Grant.ADMIN, 'brand 2')).toBe(true);
  expect(holds(null, Grant.ADMIN)).toBe(false);
  expect([
    ownsOrAdmin(clipper, 'c'),
    ownsOrAdmin(clipper, 'd'),
    ownsOrAdmin(admin, 'd'),
    ownsOrAdmin(null, 'd'),
  ]).toEqual([true, false, true, false]);
});

test('U5 the order of refusals: a token first, on fields below the operations the grant alone', () => {
  expect(refusalBy([Grant.ADMIN], null, true)?.code).toBe('UNAUTHENTICATED');
  expect(refusalBy([], null, true)?.code).toBe('UNAUTHENTICATED');
  expect(refusalBy([Grant.ADMIN], null, false)).toMatchObject({ code: 'FORBIDDEN', message: 'This is for admins.' });
  expect(refusalBy([], clipper, true)).toBeUndefined();
  expect(refusalBy([Grant.ANYONE], null, true)).toBeUndefined();
});

test('U5 a refusal names all who are let in; one grant of several is enough', () => {
  expect(refusalBy([Grant.OWNER, Grant.ADMIN], null, false)?.message).toBe('This is for its owner and admins.');
  expect(refusalBy([Grant.ADMIN, Grant.OWNER], clipper, true)).toBeUndefined();
  expect(refusalBy([], null, false)?.code).toBe('UNAUTHENTICATED');
  expect(Object.values(Grant).every(isGrant)).toBe(true);
});

test('U5 the viewer of a request is whoever is signed in', () => {
  expect(signedIn({ viewer: clipper })).toBe(clipper);
  expect(refusalOf(() => signedIn({ viewer: null }))).toBe('UNAUTHENTICATED');
});

test.each([
  ['Query', 'UNAUTHENTICATED'],
  ['Mutation', 'UNAUTHENTICATED'],
  ['Subscription', 'UNAUTHENTICATED'],
  ['Campaign', 'FORBIDDEN'],
])('U5 without a token a field of %s is refused as %s; with the grant it is not', (type, code) => {
  const check = (viewer: Viewer | null) =>
    new AccessChecker().check({ context: { viewer }, info: { parentType: { name: type } } } as never, [Grant.ADMIN]);
  expect(refusalOf(() => check(null))).toBe(code);
  expect(check(admin)).toBe(true);
});
