import { byApi, recordAudit } from '../audit/audit.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId } from '../infra/identifier.js';
import { badInput, conflict, forbidden, notFound } from '../shared/errors.js';
import { Role, User } from './user.entity.js';
import { cleanName, NAME_FORM, requireAdministrable } from './user.rules.js';
import { requireNotErased } from './user.service.js';
import { findAdminIds, lockUsers } from './user.sql.js';

type Given = Pick<Deps, 'clock'>;

interface Change {
  action: string;
  /** What is changed, or null when it is so already. */
  change: Partial<Pick<User, 'role' | 'suspendedAt'>> | null;
}

/**
 * Changes a user under the lock of all admins: of two admins who take the role from each other at once one is too late.
 * What is so already stays as it is, without a trace.
 * @throws NOT_FOUND, CONFLICT oneself or the last admin, FORBIDDEN the actor is no admin any more
 * @see docs/domain.md U2, V4
 */
async function administer(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  id: string,
  decide: (user: User) => Change,
): Promise<User> {
  if (!isId(id)) throw notFound('User');
  return inTransaction(em, async (transaction) => {
    await lockUsers(transaction, [...(await findAdminIds(transaction)), viewer.id, id]);
    const user = await transaction.findOne(User, id);
    if (!user) throw notFound('User');
    if (user.erasedAt) throw conflict('This user was erased: nothing about them can change any more.');
    const admins = await findAdminIds(transaction);
    if (!admins.includes(viewer.id)) throw forbidden('This is for admins.');
    const { action, change } = decide(user);
    const otherAdmins = admins.filter((each) => each !== id).length;
    const takesAdminAway = admins.includes(id) && (change?.role === Role.CLIPPER || change?.suspendedAt != null);
    requireAdministrable(user, viewer, { otherAdmins, takesAdminAway });
    if (!change) return user;
    const [field] = Object.keys(change) as (keyof typeof change)[];
    const before = field && { [field]: user[field] };
    Object.assign(user, change);
    recordAudit(transaction, {
      actor: byApi(viewer.id),
      action,
      subjectType: 'User',
      subjectId: id,
      before,
      after: change,
      at: deps.clock.now(),
    });
    return user;
  });
}

/** Makes a user an admin or a clipper. @throws NOT_FOUND, CONFLICT oneself or the last admin @see docs/domain.md U2 */
export const setUserRole = (em: EntityManager, deps: Given, viewer: Viewer, id: string, role: Role) =>
  administer(em, deps, viewer, id, (user) => ({
    action: 'user.set-role',
    change: user.role === role ? null : { role },
  }));

/**
 * Suspends a user: every call of theirs is refused. Their clips stay and earn.
 * @throws NOT_FOUND, CONFLICT oneself or the last admin
 * @see docs/domain.md U1, U2
 */
export const suspendUser = (em: EntityManager, deps: Given, viewer: Viewer, id: string) =>
  administer(em, deps, viewer, id, (user) => ({
    action: 'user.suspend',
    change: user.suspendedAt ? null : { suspendedAt: deps.clock.now() },
  }));

/** Ends the suspension of a user. @throws NOT_FOUND, CONFLICT oneself @see docs/domain.md U1, U2 */
export const unsuspendUser = (em: EntityManager, deps: Given, viewer: Viewer, id: string) =>
  administer(em, deps, viewer, id, (user) => ({
    action: 'user.unsuspend',
    change: user.suspendedAt ? { suspendedAt: null } : null,
  }));

/**
 * Changes one's own public name.
 * @throws BAD_USER_INPUT
 * @see docs/domain.md U4
 */
export async function updateProfile(em: EntityManager, viewer: Viewer, given: string): Promise<User> {
  const name = cleanName(given);
  if (name === null) throw badInput('name', `name must be ${NAME_FORM}.`);
  return inTransaction(em, async (transaction) => {
    await lockUsers(transaction, [viewer.id]);
    await requireNotErased(transaction, viewer.id);
    const user = await transaction.findOneOrFail(User, viewer.id);
    user.givenName = name;
    return user;
  });
}
