import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database.js';

/** finalEarnings of every APPROVED submission = its clip's earnings. @see docs/domain.md C6 */
export async function fixFinalEarnings(em: EntityManager, campaignId: string): Promise<void> {
  await sql`
    update clip_submission s set final_earnings = k.earnings from clip k
    where k.submission_id = s.id and s.campaign_id = ${campaignId}::uuid and s.status = 'APPROVED'`.execute(
    database(em),
  );
}

export async function rejectPending(em: EntityManager, campaignId: string, now: Date): Promise<void> {
  await sql`
    update clip_submission set status = 'REJECTED', rejection_reason = 'CAMPAIGN_ENDED', reviewed_at = ${now}
    where campaign_id = ${campaignId}::uuid and status = 'PENDING'`.execute(database(em));
}

/** When a campaign's last round was settled; null for never. */
export async function findLastSettledAt(em: EntityManager, campaignId: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(finished_at) as at from tracking_round where campaign_id = ${campaignId}::uuid and status = 'SETTLED'`.execute(
    database(em),
  );
  return rows[0]?.at ?? null;
}
