import { sql } from 'kysely';
import { type CampaignEventType, EVENT_VERSION } from '../campaign/campaign-event.entity.js';
import { chainHash } from '../campaign/campaign-event.sql.js';
import { entriesDigest } from '../earnings/settlement/ledger.sql.js';
import { database, type EntityManager } from '../infra/database/database.js';
import type { Kind } from './import-files.js';

const TIMEOUT_MS = 3_600_000;

/** An import of very much data takes longer than an ordinary statement may. */
export async function allowTime(em: EntityManager): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true)`.execute(database(em));
}

/** What was imported before, of these ids: the id that each has here. */
export async function findImported(em: EntityManager, kind: Kind, legacyIds: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ legacyId: string; id: string }>`
    select legacy_id, id from imported_row where kind = ${kind} and legacy_id = any(${legacyIds}::text[])`.execute(
    database(em),
  );
  return new Map(rows.map((row) => [row.legacyId, row.id]));
}

/** Users who are here already, by subject or e-mail. */
export async function findUsersLike(
  em: EntityManager,
  subjects: string[],
  emails: string[],
): Promise<{ id: string; subject: string; email: string }[]> {
  const { rows } = await sql<{ id: string; subject: string; email: string }>`
    select id, subject, lower(email) as email from "user" where subject = any(${subjects}::text[])
      or lower(email) = any(${emails}::text[])`.execute(database(em));
  return rows;
}

/** Which of these users have an open payout request. */
export async function findOpenRequesters(em: EntityManager, userIds: string[]): Promise<string[]> {
  const { rows } = await sql<{ clipperId: string }>`
    select clipper_id from payout_request where clipper_id = any(${userIds}::uuid[])
      and status in ('PENDING', 'APPROVED')`.execute(database(em));
  return rows.map((row) => row.clipperId);
}

/** Transaction ids that a payout has already, as "method id". */
export async function findTransactions(em: EntityManager, transactions: string[]): Promise<string[]> {
  const { rows } = await sql<{ transaction: string }>`
    select method || ' ' || transaction_id as transaction from payout
      where method || ' ' || transaction_id = any(${transactions}::text[])`.execute(database(em));
  return rows.map((row) => row.transaction);
}

export interface ImportedEvent {
  id: string;
  campaignId: string;
  type: CampaignEventType;
  content: Record<string, unknown>;
}

const PART = 5_000;

/**
 * Writes events in the order given, those of a campaign together, each campaign's numbered from 1 and chained, and the
 * heads into the campaigns. The chain is made in the database: that is where it is checked.
 * @see docs/domain.md L2, V5
 */
export async function insertChains(em: EntityManager, events: readonly ImportedEvent[], at: Date): Promise<void> {
  const db = database(em);
  await sql`create temporary table import_event (place serial, id uuid, campaign_id uuid, type text, content jsonb,
    at timestamptz(3)) on commit drop`.execute(db);
  for (let start = 0; start < events.length; start += PART) {
    const part = events.slice(start, start + PART);
    await sql`
      insert into import_event (id, campaign_id, type, content, at)
      select *, ${at}::timestamptz(3) from unnest(${part.map((each) => each.id)}::uuid[],
        ${part.map((each) => each.campaignId)}::uuid[], ${part.map((each) => each.type)}::text[],
          ${part.map((each) => JSON.stringify(each.content))}::jsonb[])`.execute(db);
  }
  const hash = chainHash('e');
  const digest = entriesDigest(sql`each.id`);
  await sql`
    do $import$
    declare
      each import_event%rowtype;
      known_id uuid;
      number int;
      head text;
    begin
      for each in select * from import_event order by place loop
        if known_id is distinct from each.campaign_id then
          if known_id is not null then update campaign set last_event_number = number, chain_head = head
            where id = known_id; end if;
          known_id := each.campaign_id;
          select c.last_event_number, c.chain_head into number, head from campaign c where c.id = known_id;
        end if;
        if each.type = 'IMPORTED' then each.content := each.content || jsonb_build_object('entries', ${digest}); end if;
        number := number + 1;
        insert into campaign_event (id, campaign_id, number, version, type, content, at, previous_hash, hash)
        select e.*, ${hash} from (
          select each.id as id, each.campaign_id as campaign_id, number as number,
            ${sql.lit(EVENT_VERSION)}::int as version, each.type as type,
                 each.content as content, each.at as at, head as previous_hash) e
        returning hash into head;
      end loop;
      if known_id is not null then update campaign set last_event_number = number, chain_head = head
        where id = known_id; end if;
    end $import$`.execute(db);
}
