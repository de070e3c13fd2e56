import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import { Platform } from '../platform/platform.js';

/** The campaigns that a clipper has submitted clips to, in the order of their locks. @see docs/domain.md L1 */
export async function findCampaignIdsOfClipper(em: EntityManager, clipperId: string): Promise<string[]> {
  const { rows } = await sql<{ campaignId: string }>`
    select campaign_id from clipper_totals where clipper_id = ${clipperId}::uuid order by 1`.execute(database(em));
  return rows.map((row) => row.campaignId);
}

/** Withdraws a clipper's PENDING submissions. The caller holds the locks of their campaigns and writes the events. */
export async function withdrawPending(
  em: EntityManager,
  clipperId: string,
): Promise<{ id: string; campaignId: string }[]> {
  const { rows } = await sql<{ id: string; campaignId: string }>`
    with withdrawn as (
      update clip_submission set status = 'WITHDRAWN' where clipper_id = ${clipperId}::uuid and status = 'PENDING'
        returning id, campaign_id)
    select id, campaign_id from withdrawn order by id`.execute(database(em));
  return rows;
}

/**
 * Deletes what a clipper's submissions say about the person: the links they gave, handles in links, reviewers' notes. A
 * link without a handle stays, made of platform and video id: a clip that is still tracked must be found.
 * @see docs/domain.md U6
 */
export async function eraseSubmissionTexts(em: EntityManager, clipperId: string): Promise<void> {
  await sql`
    update clip_submission s set rejection_note = null, url = l.link, canonical_url = l.link
    from (select id, case platform when ${Platform.TIKTOK} then 'https://www.tiktok.com/@_/video/' || video_id
      else canonical_url end as link
          from clip_submission where clipper_id = ${clipperId}::uuid) l
    where s.id = l.id`.execute(database(em));
}
