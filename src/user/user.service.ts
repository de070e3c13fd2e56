import { recordAudit } from '../audit/audit.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import { JoinedReads } from '../infra/database/cross-request-reads.js';
import type { EntityManager } from '../infra/database/database.js';
import { LOCK_WAIT_MS } from '../infra/database/lock-wait.js';
import { inTransactionWaiting } from '../infra/database/transaction.js';
import { newId } from '../infra/identifier.js';
import type { Claims } from '../infra/security/token.js';
import { inOrderOf } from '../shared/batching.js';
import { forbidden, unauthenticated } from '../shared/errors.js';
import { Role, User } from './user.entity.js';
import { cleanName, IMPORTED_SUBJECT } from './user.rules.js';
import {
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
 * The imported user whose e-mail it is. Without the provider's word that it is theirs nobody gets in: a user made now would
 * keep the imported one out for good.
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
 * @throws FORBIDDEN the user is suspended
 * @see docs/domain.md U1
 */
export async function signIn(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings' | 'log'>,
  claims: Claims,
  joined = new JoinedReads(em),
): Promise<SignedIn> {
  if (claims.subject.startsWith(IMPORTED_SUBJECT))
    throw unauthenticated('The token must carry a "sub" of the provider.');
  let [user] = await joined.load(bySubject, '', [claims.subject]);
  if (!user) user = await joinImported(em, claims);
  if (!user) {
    await insertUserOnce(em, newUser(claims, deps.clock.now()));
    [user] = await findUsersBySubjects(em, [claims.subject]);
  }
  if (!user) throw new Error('a user vanished while signing in');
  if (user.suspendedAt) throw forbidden('This account is suspended.');
  if (user.email !== claims.email) await changeEmail(em, user.id, claims.email);
  const admin = user.role === Role.ADMIN || (await becomesAdmin(em, deps, user, claims));
  return {
    viewer: { id: user.id, admin },
    user: { ...user, email: claims.email, role: admin ? Role.ADMIN : user.role },
  };
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
  };
}

async function changeEmail(em: EntityManager, id: string, email: string): Promise<void> {
  await inTransactionWaiting(em, LOCK_WAIT_MS, async (transaction) => {
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
  const after = { role: Role.ADMIN, email };
  return inTransactionWaiting(em, LOCK_WAIT_MS, async (transaction) => {
    await lockUsers(transaction, [user.id]);
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

/** A user known from before, as a viewer; null when suspended or gone. */
export async function findViewer(em: EntityManager, id: string): Promise<Viewer | null> {
  const [user] = await findUsersByIds(em, [id]);
  return user && !user.suspendedAt ? { id, admin: user.role === Role.ADMIN } : null;
}
