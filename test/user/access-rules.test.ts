import { Authorized, getMetadataStorage, Query, Resolver } from 'type-graphql';
import { createSchema } from '../../src/api-schema.js';
import { accessRules } from '../../src/user/access-rules.js';
import { Grant } from '../../src/user/grants.js';
import type { Role } from '../../src/user/user.entity.js';

/** As it would come from the database after somebody has added it to the enum. */
const NEW_ROLE = 'BRAND' as Role;

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
