import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';

/** The end of a campaign's chain of events. */
export interface Head {
  campaignId: string;
  number: number;
  hash: string;
}

/** Heads of all campaigns, deleted drafts with them, a page after the other in the order of ids. */
export async function findHeads(em: EntityManager, after: string | null, limit: number): Promise<Head[]> {
  const { rows } = await sql<Head>`
    select distinct on (campaign_id) campaign_id, number, hash from campaign_event
    where ${after}::uuid is null or campaign_id > ${after}::uuid
    order by campaign_id, number desc limit ${limit}`.execute(database(em));
  return rows;
}

/** Of heads kept elsewhere, those that are in no chain any more: something was rewritten. @see docs/domain.md V5 */
export async function findMissingHeads(em: EntityManager, heads: readonly Head[]): Promise<Head[]> {
  const { rows } = await sql<Head>`
    select h.* from unnest(${heads.map((head) => head.campaignId)}::uuid[], ${heads.map((head) => head.number)}::int[],
      ${heads.map((head) => head.hash)}::text[]) h(campaign_id, number, hash)
    where not exists (select 1 from campaign_event v where v.campaign_id = h.campaign_id and v.number = h.number
      and v.hash = h.hash)
    order by 1`.execute(database(em));
  return rows;
}
