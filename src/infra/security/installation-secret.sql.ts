import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { database, type EntityManager } from '../database/database.js';
import { isOpen, isSealedWithCurrent, type SealKeys, seal, unsealOrOpen } from './encryption.js';

const KEY_BYTES = 32;

/**
 * The key of digests that stand for a person: e-mail addresses of admins, subjects of erased users.
 * @see docs/domain.md U7
 */
export const IDENTITY_SECRET = 'identity digests';

/**
 * A random key of this installation, made at its first use. It is kept in the database because digests made with it
 * must stay comparable when the environment's key changes; with DATA_ENCRYPTION_KEY set it is kept sealed.
 * @throws SealError it was sealed with a key that the settings do not name
 */
export async function installationSecret(em: EntityManager, keys: SealKeys, name: string): Promise<Buffer> {
  const stored = await findOrMake(em, keys, name);
  if (keys.current && isOpen(stored)) await sealInstallationSecret(em, keys, name);
  return Buffer.from(unsealOrOpen(stored, name, keys), 'base64');
}

/**
 * Seals the key with the environment's current one. An older one may be taken out of the settings afterwards.
 * @throws SealError it was sealed with a key that the settings do not name
 */
export async function sealInstallationSecret(em: EntityManager, keys: SealKeys, name: string): Promise<void> {
  const stored = await findOrMake(em, keys, name);
  if (isSealedWithCurrent(stored, keys)) return;
  const sealed = seal(unsealOrOpen(stored, name, keys), name, keys);
  await sql`update installation_secret set value = ${sealed} where name = ${name} and value = ${stored}`.execute(
    database(em),
  );
}

async function findOrMake(em: EntityManager, keys: SealKeys, name: string): Promise<string> {
  const db = database(em);
  const find = () => sql<{ value: string }>`select value from installation_secret where name = ${name}`.execute(db);
  const [known] = (await find()).rows;
  if (known) return known.value;
  const value = seal(randomBytes(KEY_BYTES).toString('base64'), name, keys);
  await sql`insert into installation_secret (name, value, created_at) values (${name}, ${value}, clock_timestamp())
    on conflict do nothing`.execute(db);
  const [made] = (await find()).rows;
  if (!made) throw new Error('a secret of the installation vanished');
  return made.value;
}
