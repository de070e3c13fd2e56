import { sql } from 'kysely';
import { database, type EntityManager } from './database.js';
import { tooMany } from './rate-limit.js';

/**
 * Counts a dear call of a user, over all instances, in one statement and its own transaction: a refusal that follows does
 * not give it back. The row's lock makes calls at once take turns; the database's clock refills the bucket.
 * @throws RATE_LIMITED
 */
export async function takeRate(em: EntityManager, userId: string, operation: string, perMinute: number): Promise<void> {
  const perSecond = sql`(${perMinute}::float8 / 60)`;
  const left = sql`least(${perMinute}::float8, b.tokens + extract(epoch from clock_timestamp() - b.filled_at)::float8 * ${perSecond})`;
  const { rows } = await sql<{ tokens: number }>`
    insert into rate_bucket as b (user_id, operation, tokens, filled_at) values (${userId}::uuid, ${operation}, ${perMinute}::float8 - 1, clock_timestamp())
    on conflict (user_id, operation) do update set filled_at = clock_timestamp(), tokens = greatest(${left} - 1, -1)
    returning b.tokens`.execute(database(em.fork()));
  const tokens = rows[0]?.tokens ?? 0;
  if (tokens < 0) throw tooMany(perMinute, Math.ceil((-tokens * 60) / perMinute));
}
