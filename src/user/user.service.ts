import { recordAudit } from '../audit/audit.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import { CrossRequestReads } from '../infra/database/cross-request-reads.js';
import type { EntityManager } from '../infra/database/database.js';
import { LOCK_WAIT_MS } from '../infra/database/lock-wait.js';
import { inTransactionWaiting } from '../infra/database/transaction.js';
import { newId } from '../infra/identifier.js';
import type { Claims } from '../infra/security/token.js';
import { inOrderOf } from '../shared/batching.js';
import { forbidden, unauthenticated } from '../shared/errors.js';
import { isErasedSubject } from './erased-user.sql.js';
import { viewerOf } from './grants.js';
import { identityDigest } from './identity-digest.js';
import { Role, User } from './user.entity.js';
import { cleanName, ERASED_SUBJECT, IMPORTED_SUBJECT } from './user.rules.js';
import {
  findErased,
  findUsersByIds,
  findUsersBySubjects,
  insertUserOnce,
  isImportedEmail,
  joinImportedUser,
  lockUsers,
  wasPromotedByEmail,
} from './user.sql.js';

const PROMOTION = 'user.admin-by-email';

/** Who calls, and their row as it was read to find that out. */
export interface SignedIn {
  viewer: Viewer;
  user: User;
}

const bySubject = {
  batch: async (em: EntityManager, subjects: readonly string[]) =>
    inOrderOf(subjects, await findUsersBySubjects(em, subjects), (user) => user.subject, undefined),
};

/**
 * The imported user whose e-mail it is. Without the provider's word that it is theirs nobody gets in: a user made now
 * would keep the imported one out for good.
 */
async function joinImported(em: EntityManager, claims: Claims): Promise<User | undefined> {
  if (claims.emailVerified) return joinImportedUser(em, IMPORTED_SUBJECT, claims);
  if (await isImportedEmail(em, IMPORTED_SUBJECT, claims.email))
    throw forbidden(
      'An account with this e-mail address is kept for its owner: confirm the address where you signed in.',
    );
  return undefined;
}

/**
 * The user whom verified claims speak of; made on the first call.
 * @throws FORBIDDEN the user is suspended or was erased
 * @see docs/domain.md U1, U6
 */
export async function signIn(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings' | 'log'>,
  claims: Claims,
  sharedReads = new CrossRequestReads(em),
): Promise<SignedIn> {
  if ([IMPORTED_SUBJECT, ERASED_SUBJECT].some((prefix) => claims.subject.startsWith(prefix)))
    throw unauthenticated('The token must carry a "sub" of the provider.');
  let [user] = await sharedReads.load(bySubject, '', [claims.subject]);
  if (!user) await refuseErased(em, deps, claims.subject);
  if (!user) user = await joinImported(em, claims);
  if (!user) {
    await insertUserOnce(em, newUser(claims, deps.clock.now()));
    [user] = await findUsersBySubjects(em, [claims.subject]);
  }
  if (!user) throw new Error('a user vanished while signing in');
  if (user.suspendedAt) throw forbidden('This account is suspended.');
  if (user.email !== claims.email) await changeEmail(em, user.id, claims.email);
  const admin = user.role === Role.ADMIN || (await becomesAdmin(em, deps, user, claims));
  const known = { ...user, email: claims.email, role: admin ? Role.ADMIN : user.role };
  return { viewer: viewerOf(known), user: known };
}

function newUser(claims: Claims, at: Date): User {
  return {
    id: newId(),
    subject: claims.subject,
    email: claims.email,
    givenName: claims.name === null ? null : cleanName(claims.name),
    role: Role.CLIPPER,
    createdAt: at,
    suspendedAt: null,
    erasedAt: null,
    profileId: newId(),
  };
}

async function refuseErased(em: EntityManager, deps: Pick<Deps, 'settings'>, subject: string): Promise<void> {
  if (await isErasedSubject(em, await identityDigest(em, deps, 'erased-subject', subject)))
    throw forbidden('This account was erased.');
}

/**
 * Refuses what a user began before they were erased. The caller holds the lock of their row.
 * @throws FORBIDDEN
 * @see docs/domain.md U6
 */
export async function requireNotErased(em: EntityManager, userId: string): Promise<void> {
  if ((await findErased(em, [userId])).length > 0) throw forbidden('This account was erased.');
}

async function changeEmail(em: EntityManager, id: string, email: string): Promise<void> {
  await inTransactionWaiting(em, LOCK_WAIT_MS, async (transaction) => {
    await lockUsers(transaction, [id]);
    await requireNotErased(transaction, id);
    const user = await transaction.findOneOrFail(User, id);
    user.email = email;
  });
}

/** Once for each address of ADMIN_EMAILS, and only for a verified one: who is demoted later stays demoted. */
async function becomesAdmin(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings' | 'log'>,
  user: User,
  claims: Claims,
): Promise<boolean> {
  const email = claims.email.toLowerCase();
  if (!claims.emailVerified || !deps.settings.ADMIN_EMAILS.includes(email)) return false;
  return inTransactionWaiting(em, LOCK_WAIT_MS, async (transaction) => {
    const after = { role: Role.ADMIN, emailDigest: await identityDigest(transaction, deps, 'admin-by-email', email) };
    await lockUsers(transaction, [user.id]);
    await requireNotErased(transaction, user.id);
    const stored = await transaction.findOneOrFail(User, user.id);
    if (stored.role === Role.ADMIN) return true;
    if (await wasPromotedByEmail(transaction, PROMOTION, JSON.stringify(after))) return false;
    stored.role = Role.ADMIN;
    recordAudit(transaction, {
      actor: { id: user.id, via: 'api' },
      action: PROMOTION,
      subjectType: 'User',
      subjectId: user.id,
      before: { role: Role.CLIPPER },
      after,
      at: deps.clock.now(),
    });
    return true;
  }).catch((error: unknown) => {
    // Two subjects with the same address at once: the first has it.
    if ((error as { constraint?: string }).constraint === 'audit_event_admin_by_email_once') return false;
    throw error;
  });
}

/** A user known from before, as a viewer; null when suspended, erased or gone. */
export async function findViewer(em: EntityManager, id: string): Promise<Viewer | null> {
  const [user] = await findUsersByIds(em, [id]);
  return user && !user.suspendedAt && !user.erasedAt ? viewerOf(user) : null;
}
