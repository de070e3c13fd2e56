import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { database, type EntityManager } from '../database/database.js';
import { isSealedWithCurrent, type SealKeys, seal, unsealOrOpen } from './encryption.js';

const KEY_BYTES = 32;

/** The key of digests that stand for a person: e-mail addresses of admins, subjects of erased users. @see docs/domain.md U7 */
export const IDENTITY_SECRET = 'identity digests';

/**
 * A random key of this installation, made at its first use. It is kept in the database because digests made with it must stay
 * comparable when the environment's key changes; with DATA_ENCRYPTION_KEY set it is kept sealed.
 * @throws SealError it was sealed with a key that the settings do not name
 */
export async function installationSecret(em: EntityManager, keys: SealKeys, name: string): Promise<Buffer> {
  const db = database(em);
  const find = () => sql<{ value: string }>`select value from installation_secret where name = ${name}`.execute(db);
  let [row] = (await find()).rows;
  if (!row) {
    const value = seal(randomBytes(KEY_BYTES).toString('base64'), name, keys);
    await sql`insert into installation_secret (name, value, created_at) values (${name}, ${value}, clock_timestamp()) on conflict do nothing`.execute(
      db,
    );
    [row] = (await find()).rows;
  }
  const stored = row?.value ?? '';
  const text = unsealOrOpen(stored, name, keys);
  if (keys.current && !isSealedWithCurrent(stored, keys))
    await sql`update installation_secret set value = ${seal(text, name, keys)} where name = ${name} and value = ${stored}`.execute(
      db,
    );
  return Buffer.from(text, 'base64');
}
