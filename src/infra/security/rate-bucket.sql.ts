import { sql } from 'kysely';
import { database, type EntityManager } from '../database/database.js';
import { tooMany } from './rate-limit.js';
import { refilled } from './token-bucket.sql.js';

const MINUTE_SECONDS = 60;

/**
 * Counts an expensive call of a user, over all instances, in one statement and its own transaction: a later refusal
 * does not give it back, and a call that is refused here costs nothing. Calls at the same time take turns on the row's
 * lock.
 * @throws RATE_LIMITED
 */
export async function takeRate(em: EntityManager, userId: string, operation: string, perMinute: number): Promise<void> {
  const bucket = { size: perMinute, perSecond: perMinute / MINUTE_SECONDS };
  const held = refilled({ tokens: 'b.tokens', filledAt: 'b.filled_at' }, bucket);
  const { rows } = await sql<{ tokens: number; refused: boolean }>`
    insert into rate_bucket as b (user_id, operation, tokens, refused, filled_at)
    values (${userId}::uuid, ${operation}, ${perMinute}::float8 - 1, false, clock_timestamp())
    on conflict (user_id, operation) do update set filled_at = clock_timestamp(), refused = ${held} < 1,
      tokens = case when ${held} < 1 then ${held} else ${held} - 1 end
    returning b.tokens, b.refused`.execute(database(em.fork()));
  const [row] = rows;
  if (row?.refused) throw tooMany(perMinute, Math.ceil((1 - row.tokens) / bucket.perSecond));
}

/** Removes what was counted for a user: it says when they were here. @see docs/domain.md U6 */
export async function deleteRatesOf(em: EntityManager, userId: string): Promise<void> {
  await sql`delete from rate_bucket where user_id = ${userId}::uuid`.execute(database(em));
}
