import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';

/**
 * Of a failed round, keeps the batches that were bought or may have been, and deletes the others. What was handed on
 * before is deleted, too: it may be what made both rounds fail.
 */
export async function keepBought(em: EntityManager, roundId: string): Promise<void> {
  await sql`delete from tracking_batch where round_id = ${roundId}::uuid and (carried or tries = '[]')`.execute(
    database(em),
  );
}

/**
 * Hands to rounds that have no batch yet what their campaigns' failed rounds have bought within a day, and deletes the
 * rest. Counts that were read already are handed on for an hour, and not to a round after the deadline: the last round
 * pays for what clips gained until then (C6), so it reads them itself. Neither are answers without a count.
 * @see docs/domain.md T12
 */
export async function carryBatches(em: EntityManager, roundIds: readonly string[], now: Date): Promise<void> {
  const db = database(em);
  const failed = sql`
    select f.id, f.finished_at, r.id as next_id from tracking_round r join tracking_round f
      on f.campaign_id = r.campaign_id and f.status = 'FAILED'
    where r.id = any(${roundIds as string[]}::uuid[])`;
  await sql`
    with failed as (${failed}),
    bought as (
      select b.id, f.next_id, row_number() over (partition by f.next_id order by f.finished_at, b.number) as number
      from failed f join tracking_batch b on b.round_id = f.id join tracking_round t on t.id = f.id
        join campaign c on c.id = t.campaign_id
      where not b.carried and f.finished_at > ${now}::timestamptz - interval '24 hours'
        and (b.read_at is null or (b.read_at > ${now}::timestamptz - interval '1 hour' and 'VALUE' = any(b.outcomes)
          and coalesce(c.ends_at > ${now}::timestamptz, true))))
    update tracking_batch b set round_id = n.next_id, number = n.number, carried = true from bought n
      where b.id = n.id`.execute(db);
  await sql`delete from tracking_batch where round_id in (select id from (${failed}) f)`.execute(db);
}
