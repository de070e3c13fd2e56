import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import { Role } from './user.entity.js';

/** Whether a user with this subject (as a digest) was erased. */
export async function isErasedSubject(em: EntityManager, digest: string): Promise<boolean> {
  const { rows } = await sql`select 1 from erased_subject where digest = ${digest}`.execute(database(em));
  return rows.length > 0;
}

/**
 * Takes everything personal out of a user's row and remembers their subject as a digest.
 * @see docs/domain.md U6
 */
export async function eraseUserRow(
  em: EntityManager,
  user: { id: string; subject: string; email: string; name: string; digest: string },
  now: Date,
): Promise<void> {
  const db = database(em);
  await sql`insert into erased_subject (digest, erased_at) values (${user.digest}, ${now})
    on conflict do nothing`.execute(db);
  await sql`
    update "user" set subject = ${user.subject}, email = ${user.email}, name = ${user.name}, role = ${Role.CLIPPER},
      erased_at = ${now}
    where id = ${user.id}::uuid`.execute(db);
}
