import type { AuthCheckerInterface, ResolverData } from 'type-graphql';
import type { RequestContext, Viewer } from '../infra/context.js';
import { forbidden, unauthenticated } from '../shared/errors.js';
import { Role } from './user.entity.js';

/**
 * The viewer of a request.
 * @throws UNAUTHENTICATED no token was sent
 */
export function signedIn(context: Pick<RequestContext, 'viewer'>): Viewer {
  if (!context.viewer) throw unauthenticated();
  return context.viewer;
}

/** Whether a viewer may see what belongs to a user: that user, and admins. */
export function ownsOrAdmin(viewer: Viewer | null, ownerId: string): boolean {
  return viewer !== null && (viewer.admin || viewer.id === ownerId);
}

/** What `@Authorized()` and `@Authorized(Role.ADMIN)` mean, with the contract's errors. */
export class AccessChecker implements AuthCheckerInterface<RequestContext, Role> {
  check({ context, info }: ResolverData<RequestContext>, roles: Role[]): boolean {
    const isOperation = ROOTS.has(info.parentType.name);
    if (roles.includes(Role.ADMIN) && (isOperation ? !signedIn(context).admin : !context.viewer?.admin))
      throw forbidden('This is for admins.');
    return isOperation ? signedIn(context) !== null : true;
  }
}

/** What is asked for there needs a token first; a field below them is refused by role alone. */
const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);
