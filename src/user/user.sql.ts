import { type RawBuilder, sql } from 'kysely';
import { allOf } from '../infra/database/conditions.js';
import { database, type EntityManager } from '../infra/database/database.js';
import { containing } from '../infra/database/search.js';
import type { Slice } from '../infra/graphql/connection.js';
import { isId } from '../infra/identifier.js';
import { Role, type User } from './user.entity.js';

interface Tables {
  user: User & { name: string | null };
  auditEvent: { subjectId: string; action: string; after: string | null };
}

/** A row under the names of the entity. */
const columns = [
  'id',
  'subject',
  'email',
  'name as givenName',
  'role',
  'createdAt',
  'suspendedAt',
  'erasedAt',
  'profileId',
] as const;

/** One statement of every signed-in request. */
export async function findUsersBySubjects(em: EntityManager, subjects: readonly string[]): Promise<User[]> {
  return database<Tables>(em)
    .selectFrom('user')
    .select(columns)
    .where('subject', '=', sql<string>`any(${subjects as string[]}::text[])`)
    .execute();
}

/**
 * Whoever was imported with this (verified) e-mail becomes the bearer of the token. Of two who come at once the
 * first gets the user; undefined for the other, and when there is none.
 */
export async function joinImportedUser(
  em: EntityManager,
  prefix: string,
  claims: { subject: string; email: string },
): Promise<User | undefined> {
  const { rows } = await sql<User>`
    update "user" set subject = ${claims.subject}
    where lower(email) = ${claims.email.toLowerCase()} and starts_with(subject, ${sql.lit(prefix)})
      and not exists (select 1 from "user" o where o.subject = ${claims.subject})
    returning id, subject, email, name as "givenName", role, created_at, suspended_at, erased_at, profile_id`.execute(
    database<Tables>(em),
  );
  return rows[0];
}

/** Whether an imported user waits for the owner of an e-mail. */
export async function isImportedEmail(em: EntityManager, prefix: string, email: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select 1 from "user" where lower(email) = ${email.toLowerCase()}
      and starts_with(subject, ${sql.lit(prefix)})) as found`.execute(database<Tables>(em));
  return rows[0]?.found ?? false;
}

export async function findUsersByIds(em: EntityManager, ids: readonly string[]): Promise<User[]> {
  return database<Tables>(em)
    .selectFrom('user')
    .select(columns)
    .where('id', '=', sql<string>`any(${ids as string[]}::uuid[])`)
    .execute();
}

/** Users by the ids of their profiles. */
export async function findUsersByProfiles(em: EntityManager, profileIds: readonly string[]): Promise<User[]> {
  return database<Tables>(em)
    .selectFrom('user')
    .select(columns)
    .where('profileId', '=', sql<string>`any(${profileIds as string[]}::uuid[])`)
    .execute();
}

export interface UserFilter {
  search?: string | null;
  role?: Role | null;
}

function matching({ search, role }: UserFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [];
  if (role) conditions.push(sql`u.role = ${role}`);
  if (search) {
    const found = sql`(u.name ilike ${containing(search)} or u.email ilike ${containing(search)})`;
    conditions.push(isId(search) ? sql`(${found} or u.id = ${search}::uuid)` : sql`${found}`);
  }
  return allOf(conditions);
}

export async function findUserPage(
  em: EntityManager,
  filter: UserFilter,
  slice: Slice,
): Promise<(User & { cursor: string })[]> {
  const { rows } = await sql<User & { cursor: string }>`
    select u.id, u.subject, u.email, u.name as given_name, u.role, u.created_at, u.suspended_at, u.erased_at,
       u.profile_id,
      ${slice.cursor} as cursor from "user" u
    where ${matching(filter)} and ${slice.after} order by ${slice.orderBy} limit ${slice.limit}`.execute(database(em));
  return rows;
}

export async function countUsers(em: EntityManager, filter: UserFilter): Promise<number> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from "user" u where ${matching(filter)}`.execute(database(em));
  return Number(rows[0]?.count);
}

/** Two first calls at once make one user: the second insert does nothing. */
export async function insertUserOnce(em: EntityManager, user: User): Promise<void> {
  const { givenName, ...rest } = user;
  await database<Tables>(em)
    .insertInto('user')
    .values({ ...rest, name: givenName } as never)
    .onConflict((conflict) => conflict.column('subject').doNothing())
    .execute();
}

/** Whether an address of ADMIN_EMAILS has made its admin already. */
export async function wasPromotedByEmail(em: EntityManager, action: string, after: string): Promise<boolean> {
  const row = await database<Tables>(em)
    .selectFrom('auditEvent')
    .select('subjectId')
    .where('action', '=', action)
    .where('after', '=', after)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * User rows, locked in the order of their ids; the campaign's lock, where one is needed, comes before.
 * @see docs/domain.md L1
 */
export async function lockUsers(em: EntityManager, ids: readonly string[]): Promise<void> {
  await database<Tables>(em)
    .selectFrom('user')
    .select('id')
    .where('id', '=', sql<string>`any(${ids as string[]}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}

/** Of these users, those who are suspended, and those who were erased. */
export async function findSuspended(em: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await database<Tables>(em)
    .selectFrom('user')
    .select('id')
    .where('id', '=', sql<string>`any(${ids as string[]}::uuid[])`)
    .where((is) => is.or([is('suspendedAt', 'is not', null), is('erasedAt', 'is not', null)]))
    .execute();
  return rows.map((row) => row.id);
}

/** Of these users, those who were erased. */
export async function findErased(em: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await database<Tables>(em)
    .selectFrom('user')
    .select('id')
    .where('id', '=', sql<string>`any(${ids as string[]}::uuid[])`)
    .where('erasedAt', 'is not', null)
    .execute();
  return rows.map((row) => row.id);
}

/** Far more than anybody has; a bound all the same. */
const ADMINS_LIMIT = 1_000;

/** Admins who are not suspended. */
export async function findAdminIds(em: EntityManager): Promise<string[]> {
  const rows = await database<Tables>(em)
    .selectFrom('user')
    .select('id')
    .where('role', '=', Role.ADMIN)
    .where('suspendedAt', 'is', null)
    .where('erasedAt', 'is', null)
    .orderBy('id')
    .limit(ADMINS_LIMIT)
    .execute();
  return rows.map((row) => row.id);
}
