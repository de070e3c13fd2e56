import { sql } from 'kysely';
import { database, type EntityManager } from '../../infra/database/database.js';

/** finalEarnings of every APPROVED submission = its clip's earnings. @see docs/domain.md C6 */
export async function fixFinalEarnings(em: EntityManager, campaignId: string): Promise<void> {
  await sql`
    update clip_submission s set final_earnings = k.earnings from clip k
    where k.submission_id = s.id and s.campaign_id = ${campaignId}::uuid and s.status = 'APPROVED'`.execute(
    database(em),
  );
}

/** Rejects what is PENDING, and answers whose it was. */
export async function rejectPending(
  em: EntityManager,
  campaignId: string,
  now: Date,
): Promise<{ id: string; clipperId: string; canonicalUrl: string }[]> {
  const { rows } = await sql<{ id: string; clipperId: string; canonicalUrl: string }>`
    update clip_submission set status = 'REJECTED', rejection_reason = 'CAMPAIGN_ENDED', reviewed_at = ${now}
    where campaign_id = ${campaignId}::uuid and status = 'PENDING' returning id, clipper_id, canonical_url`.execute(
    database(em),
  );
  return rows;
}

/** Clippers with an approved clip in a campaign, and what their clips earned in it. */
export async function findApprovedClippers(
  em: EntityManager,
  campaignId: string,
): Promise<{ clipperId: string; earnings: bigint }[]> {
  const { rows } = await sql<{ clipperId: string; earnings: bigint }>`
    select clipper_id, earnings from clipper_totals where campaign_id = ${campaignId}::uuid and approved > 0
      order by clipper_id`.execute(database(em));
  return rows;
}
