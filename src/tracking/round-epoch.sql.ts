import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';

/**
 * Another instance has taken the round over, or it is finished: whoever worked on it before must write nothing more.
 */
export class RoundTakenOver extends Error {
  override readonly name = 'RoundTakenOver';

  constructor(roundId: string) {
    super(`round ${roundId} is worked on by another instance, or finished`);
  }
}

/**
 * Takes a round to work on it. Nothing that an earlier taker writes is accepted any more.
 * @returns the epoch to write under; null when the round is finished
 * @see docs/domain.md T12
 */
export async function takeRound(em: EntityManager, roundId: string): Promise<number | null> {
  const { rows } = await sql<{ epoch: number }>`
    update tracking_round set epoch = epoch + 1 where id = ${roundId}::uuid and finished_at is null
      returning epoch`.execute(database(em));
  return rows[0]?.epoch ?? null;
}

/**
 * Makes sure that the round is still held under an epoch until the transaction ends: a taker waits for it.
 * @throws RoundTakenOver
 */
export async function requireEpoch(em: EntityManager, roundId: string, epoch: number): Promise<void> {
  const { rows } = await sql`
    select 1 from tracking_round where id = ${roundId}::uuid and epoch = ${epoch} and finished_at is null for
      share`.execute(database(em));
  if (rows.length === 0) throw new RoundTakenOver(roundId);
}
