import { Authorized, getMetadataStorage, Query, Resolver } from 'type-graphql';
import { createSchema } from '../../src/api-schema.js';
import { ownsOrAdmin, refusalBy } from '../../src/user/access.js';
import { accessRules } from '../../src/user/access-rules.js';
import { Grant, holds, viewerOf } from '../../src/user/grants.js';
import { Role } from '../../src/user/user.entity.js';

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

test('U5 the schema is built; with an unknown grant, or without a rule, it is not, and the fields are named', () => {
  expect(createSchema().getQueryType()).toBeDefined();
  expect(accessRules().get('Query.users')).toEqual([Grant.ADMIN]);
  const storage = getMetadataStorage();
  const kept = { ...storage };
  @Resolver()
  class Brands {
    @Authorized(NEW_ROLE)
    @Query(() => String)
    brandSecrets(): string {
      return '';
    }

    @Query(() => String)
    forgotten(): string {
      return '';
    }
  }
  expect(Brands).toBeDefined();
  expect(() => createSchema()).toThrow(
    'The schema is not built: Query.forgotten states no rule: @Authorized(Grant.ANYONE) where everybody may call it; Brands.brandSecrets names the grant "BRAND", which there is not.',
  );
  // Other test files of this process share what type-graphql knows.
  for (const kind of ['queries', 'authorizedFields', 'resolverClasses'] as const)
    Object.assign(storage, { [kind]: kept[kind].filter(({ target }) => target !== Brands) });
  expect(() => createSchema()).not.toThrow();
});
