import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';

/** One list of the document: the rows of a table that are about a user. */
export interface ExportPart {
  /** Its name in the document. */
  name: string;
  table: string;
  /** Columns in the order of the table, and how rows belong to the user. */
  columns: readonly string[];
  /** Amounts in micros: they are written as decimal strings. */
  money?: readonly string[];
  whose(userId: string): RawBuilder<boolean>;
}

const byClipper = (userId: string) => sql<boolean>`t.clipper_id = ${userId}::uuid`;
const ofTheirClips = (userId: string) =>
  sql<boolean>`t.clip_id in (select k.id from clip k where k.clipper_id = ${userId}::uuid)`;
const inTheirCampaigns = (userId: string) =>
  sql`t.campaign_id in (select o.campaign_id from clipper_totals o where o.clipper_id = ${userId}::uuid)`;

const TERMS = ['cpm', 'min_views', 'max_earnings'];

/**
 * Everything that is kept about a user, table by table. A guard compares the list with the tables that there are.
 * Payout requests are read by the payout room, which opens their details.
 * @see docs/domain.md U6
 */
export const EXPORT_PARTS: readonly ExportPart[] = [
  {
    name: 'user',
    table: 'user',
    columns: ['id', 'subject', 'email', 'name', 'role', 'created_at', 'suspended_at', 'profile_id'],
    whose: (userId) => sql<boolean>`t.id = ${userId}::uuid`,
  },
  {
    name: 'notifications',
    table: 'notification',
    columns: ['id', 'type', 'title', 'body', 'subject_type', 'subject_id', 'created_at', 'read_at'],
    whose: (userId) => sql<boolean>`t.user_id = ${userId}::uuid`,
  },
  {
    name: 'submissions',
    table: 'clip_submission',
    columns: [
      ...['id', 'campaign_id', 'url', 'canonical_url', 'platform', 'video_id', 'status', 'initial_views', ...TERMS],
      ...['final_earnings', 'rejection_reason', 'rejection_note', 'revoked', 'submitted_at', 'reviewed_at'],
    ],
    money: ['cpm', 'max_earnings', 'final_earnings'],
    whose: byClipper,
  },
  {
    name: 'baselineReads',
    table: 'baseline_read',
    columns: ['id', 'campaign_id', 'platform', 'video_id', 'started_at', 'finished_at', 'outcome', 'views'],
    whose: byClipper,
  },
  {
    name: 'clips',
    table: 'clip',
    columns: [
      ...['id', 'submission_id', 'campaign_id', 'state', 'views', 'earnings', 'approved_at'],
      ...['last_tracked_at', 'last_outcome', 'last_value_at', 'suspect_views', 'failures'],
    ],
    money: ['earnings'],
    whose: byClipper,
  },
  {
    name: 'readings',
    table: 'view_tracking',
    columns: ['id', 'clip_id', 'tracked_at', 'outcome', 'views', 'reason', 'gained'],
    whose: ofTheirClips,
  },
  {
    name: 'earningEntries',
    table: 'earning_entry',
    columns: ['id', 'clip_id', 'reading_id', 'amount', 'reason', 'cap', 'from_views', 'to_views', 'cpm', 'created_at'],
    money: ['amount', 'cpm'],
    whose: ofTheirClips,
  },
  {
    name: 'payouts',
    table: 'payout',
    columns: ['id', 'request_id', 'amount', 'method', 'transaction_id', 'paid_at', 'returned_at'],
    money: ['amount'],
    whose: byClipper,
  },
  {
    name: 'importedAs',
    table: 'imported_row',
    columns: ['id', 'kind', 'legacy_id', 'imported_at'],
    whose: (userId) => sql<boolean>`t.id = ${userId}::uuid or t.id in (
      select s.id from clip_submission s where s.clipper_id = ${userId}::uuid union all select r.id
        from payout_request r where r.clipper_id = ${userId}::uuid
      union all select k.id from clip k where k.clipper_id = ${userId}::uuid union all select p.id from payout p
        where p.clipper_id = ${userId}::uuid)`,
  },
  {
    name: 'campaignEvents',
    table: 'campaign_event',
    columns: ['id', 'campaign_id', 'number', 'type', 'content', 'at'],
    whose: (userId) =>
      sql<boolean>`${inTheirCampaigns(userId)} and (t.content ->> 'clipperId' = ${userId}
        or t.content ->> 'submissionId' in (
        select s.id::text from clip_submission s where s.clipper_id = ${userId}::uuid))`,
  },
  {
    // What they did to others, without the others: a former admin sees nothing that is not theirs.
    name: 'ownActs',
    table: 'audit_event',
    columns: ['id', 'via', 'action', 'subject_type', 'at'],
    whose: (userId) => sql<boolean>`t.actor_id = ${userId}::uuid`,
  },
  {
    name: 'auditEvents',
    table: 'audit_event',
    columns: ['id', 'via', 'action', 'subject_type', 'subject_id', 'before', 'after', 'at'],
    // A union, because an OR over these would read the whole table.
    whose: (userId) => sql<boolean>`t.id in (
      select e.id from audit_event e where e.subject_type = 'User' and e.subject_id = ${userId}::uuid
      union select e.id from clip_submission s join audit_event e on e.subject_type = 'ClipSubmission'
        and e.subject_id = s.id where s.clipper_id = ${userId}::uuid
      union select e.id from payout_request r join audit_event e on e.subject_type = 'PayoutRequest'
        and e.subject_id = r.id where r.clipper_id = ${userId}::uuid)`,
  },
];

/** A page of a part, in the order of ids. */
export async function findExportPage(
  em: EntityManager,
  part: ExportPart,
  userId: string,
  after: string | null,
  limit: number,
): Promise<Record<string, unknown>[]> {
  const columns = sql.join(part.columns.map((column) => sql.ref(`t.${column}`)));
  const { rows } = await sql<Record<string, unknown>>`
    select ${columns} from ${sql.table(part.table)} t
    where (${part.whose(userId)}) and (${after}::uuid is null or t.id > ${after}::uuid) order by t.id
      limit ${limit}`.execute(database(em));
  return rows;
}

/** The request columns that an export shows besides the details. */
export async function findRequestsToExport(
  em: EntityManager,
  userId: string,
  after: string | null,
  limit: number,
): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<Record<string, unknown>>`
    select id, amount, coin, method, status, note, idempotency_key, requested_at, processed_at from payout_request
    where clipper_id = ${userId}::uuid and (${after}::uuid is null or id > ${after}::uuid) order by id
      limit ${limit}`.execute(database(em));
  return rows;
}
