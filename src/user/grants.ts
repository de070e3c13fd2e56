import type { HeldGrant, Viewer } from '../infra/context.js';
import { Role, type User } from './user.entity.js';

/**
 * Every grant there is. A rule (`@Authorized(...)`) names grants, never roles: a role that is added to the enum gives
 * nobody any right. A grant that is added here also needs a name in `WHO`, somebody who holds it (`viewerOf`), and a
 * caller in test/api/access-matrix.test.ts.
 * @see docs/domain.md U5
 */
export const Grant = {
  /** Everybody holds it, signed in or not. */
  ANYONE: 'ANYONE',
  /** Held by each user for what is their own: the resolver compares the row's owner (`ownsOrAdmin`). */
  OWNER: 'OWNER',
  /** Held everywhere by users of the role ADMIN. */
  ADMIN: 'ADMIN',
} as const;

export type Grant = (typeof Grant)[keyof typeof Grant];

/** Whom a refusal names. */
const WHO: Readonly<Record<Grant, string>> = { ANYONE: 'anybody', OWNER: 'its owner', ADMIN: 'admins' };

/** Whether a name in a rule is that of a grant. */
export const isGrant = (name: string): name is Grant => Object.hasOwn(WHO, name);

/** The holders of some grants, in words. */
export const holdersOf = (grants: readonly Grant[]): string => grants.map((grant) => WHO[grant]).join(' and ');

/** A user as a viewer, with the grants that follow from the user's row. */
export function viewerOf({ id, role }: Pick<User, 'id' | 'role'>): Viewer {
  const grants: HeldGrant[] = [{ grant: Grant.OWNER, scope: id }];
  if (role === Role.ADMIN) grants.push({ grant: Grant.ADMIN, scope: null });
  return { id, grants, admin: holds({ grants }, Grant.ADMIN) };
}

/**
 * Whether a viewer holds a grant.
 * @param scope the id of the thing it is needed for; without one, any scope does
 */
export function holds(viewer: Pick<Viewer, 'grants'> | null, grant: Grant, scope?: string): boolean {
  const covers = (held: HeldGrant) => scope === undefined || held.scope === null || held.scope === scope;
  return viewer?.grants.some((held) => held.grant === grant && covers(held)) ?? false;
}
