import type { AuthCheckerInterface, ResolverData } from 'type-graphql';
import type { RequestContext, Viewer } from '../infra/context.js';
import { type DomainError, forbidden, unauthenticated } from '../shared/errors.js';
import { Grant, holdersOf, holds, isGrant } from './grants.js';

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
  return holds(viewer, Grant.OWNER, ownerId) || holds(viewer, Grant.ADMIN);
}

/**
 * Why a rule refuses a viewer; undefined when it lets them in. One of the rule's grants is enough; a rule without
 * grants wants a token and nothing more. A rule that names an unknown grant refuses everybody, admins included.
 * @param onOperation whether the rule stands on a field of Query, Mutation or Subscription: they ask for a token first,
 * a field below them is refused as FORBIDDEN
 * @see docs/domain.md U5
 */
export function refusalBy(
  rule: readonly string[],
  viewer: Viewer | null,
  onOperation: boolean,
): DomainError | undefined {
  const grants = rule.filter(isGrant);
  if (grants.length < rule.length) return forbidden('This is closed to everybody.');
  if (grants.includes(Grant.ANYONE)) return undefined;
  if (!viewer && (onOperation || grants.length === 0)) return unauthenticated();
  if (grants.length === 0 || grants.some((grant) => holds(viewer, grant))) return undefined;
  return forbidden(`This is for ${holdersOf(grants)}.`);
}

/** What `@Authorized(...)` means, with the contract's errors. */
export class AccessChecker implements AuthCheckerInterface<RequestContext, string> {
  check({ context, info }: ResolverData<RequestContext>, rule: string[]): boolean {
    const refusal = refusalBy(rule, context.viewer, OPERATIONS.has(info.parentType.name));
    if (refusal) throw refusal;
    return true;
  }
}

const OPERATIONS = new Set(['Query', 'Mutation', 'Subscription']);
