import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import { ERASED_TEXT } from '../infra/security/encryption.js';
import type { DigestedRequest } from './payout-digest.rules.js';

const COLUMNS = sql`id, clipper_id, amount, method, sealed_details, terms_digest, details_digest`;

/** Requests with what their digests bind. */
export async function findSealedRequests(em: EntityManager, ids: readonly string[]): Promise<DigestedRequest[]> {
  const { rows } = await sql<DigestedRequest>`
    select ${COLUMNS} from payout_request where id = any(${ids as string[]}::uuid[])`.execute(database(em));
  return rows;
}

/** All requests in the order of their ids, a page at a time. */
export async function findSealedPage(
  em: EntityManager,
  after: string | null,
  limit: number,
  { lock = false } = {},
): Promise<DigestedRequest[]> {
  const { rows } = await sql<DigestedRequest>`
    select ${COLUMNS} from payout_request where ${after}::uuid is null or id > ${after}::uuid
    order by id limit ${limit} ${lock ? sql`for no key update` : sql``}`.execute(database(em));
  return rows;
}

/** Writes sealed details and digests of many requests. */
export async function updateSealed(em: EntityManager, requests: readonly DigestedRequest[]): Promise<void> {
  const column = <K extends keyof DigestedRequest>(name: K) => requests.map((request) => request[name]);
  await sql`
    update payout_request r set sealed_details = n.sealed_details, terms_digest = n.terms_digest,
      details_digest = n.details_digest
    from unnest(${column('id')}::uuid[], ${column('sealedDetails')}::text[], ${column('termsDigest')}::text[],
      ${column('detailsDigest')}::text[])
      n(id, sealed_details, terms_digest, details_digest)
    where r.id = n.id`.execute(database(em));
}

/** What an admin's note becomes: a rejected or returned request must have one. */
const ERASED_NOTE = 'Erased.';

/**
 * Deletes what a clipper's requests say about the person: details with their digest, notes, idempotency keys.
 * @see docs/domain.md U6, F4
 */
export async function eraseRequestTexts(em: EntityManager, clipperId: string): Promise<void> {
  await sql`
    update payout_request set sealed_details = ${ERASED_TEXT}, details_digest = null, idempotency_key = null,
      note = case when note is null then null else ${ERASED_NOTE} end
    where clipper_id = ${clipperId}::uuid`.execute(database(em));
}

/** When a payout to a clipper was last completed; null for never. */
export async function findLastPaidAt(em: EntityManager, clipperId: string): Promise<Date | null> {
  const { rows } = await sql<{ paidAt: Date | null }>`
    select max(paid_at) as paid_at from payout where clipper_id = ${clipperId}::uuid`.execute(database(em));
  return rows[0]?.paidAt ?? null;
}

/** The ids of a clipper's requests. */
export async function findRequestIds(em: EntityManager, clipperId: string): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
  }>`select id from payout_request where clipper_id = ${clipperId}::uuid order by id`.execute(database(em));
  return rows.map((row) => row.id);
}
