import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { sealKeysOf } from '../infra/security/encryption.js';
import { IDENTITY_SECRET, installationSecret } from '../infra/security/installation-secret.sql.js';
import { keyedHash } from '../infra/security/keyed-digest.js';

/** What a digest stands for: those of one kind tell nothing about those of another. */
export type IdentityKind = 'admin-by-email' | 'erased-subject';

/**
 * Stands for a person where neither an e-mail nor a subject may be kept. The same for ever, whatever key the
 * environment has.
 * @throws SealError the installation's key is sealed with one that the settings do not name
 * @see docs/domain.md U6, U7
 */
export async function identityDigest(
  em: EntityManager,
  { settings }: Pick<Deps, 'settings'>,
  kind: IdentityKind,
  text: string,
): Promise<string> {
  return keyedHash(await installationSecret(em, sealKeysOf(settings), IDENTITY_SECRET), kind, [text]);
}
