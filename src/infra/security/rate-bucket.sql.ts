import { sql } from 'kysely';
import { database, type EntityManager } from '../database/database.js';
import { tooMany } from './rate-limit.js';

/**
 * Counts a dear call of a user, over all instances, in one statement and its own transaction: a refusal that follows does
 * not give it back, and a call that is refused here costs nothing. The row's lock makes calls at once take turns; the database's clock refills the bucket.
 * @throws RATE_LIMITED
 */
export async function takeRate(em: EntityManager, userId: string, operation: string, perMinute: number): Promise<void> {
  const perSecond = sql`(${perMinute}::float8 / 60)`;
  const refilled = sql`least(${perMinute}::float8, b.tokens + extract(epoch from clock_timestamp() - b.filled_at)::float8 * ${perSecond})`;
  const { rows } = await sql<{ tokens: number; refused: boolean }>`
    insert into rate_bucket as b (user_id, operation, tokens, refused, filled_at)
    values (${userId}::uuid, ${operation}, ${perMinute}::float8 - 1, false, clock_timestamp())
    on conflict (user_id, operation) do update set filled_at = clock_timestamp(), refused = ${refilled} < 1,
      tokens = case when ${refilled} < 1 then ${refilled} else ${refilled} - 1 end
    returning b.tokens, b.refused`.execute(database(em.fork()));
  const [bucket] = rows;
  if (bucket?.refused) throw tooMany(perMinute, Math.ceil(((1 - bucket.tokens) * 60) / perMinute));
}
