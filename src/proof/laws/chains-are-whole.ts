import { sql } from 'kysely';
import { chainHash, withoutReadingDigest } from '../../campaign/campaign-event.sql.js';
import { entriesDigest } from '../../earnings/settlement/ledger.sql.js';
import type { Law, Violation } from '../law.js';

const hash = chainHash('v');

/**
 * Finds an edit, an insertion and a cut tail; a rewrite of everything only against a head kept elsewhere.
 * @see docs/domain.md V1.11, V5
 */
export const chainsAreWhole: Law = {
  law: '11 chains are whole',
  statement:
    "The events of a campaign are numbered without a gap, each hash covers its content and the hash before, and the last is the campaign's head.",
  violations: sql<Violation>`
    with event as (
      select v.*, lag(v.hash) over w as hash_before, lag(v.number) over w as number_before, lead(v.id) over w is
        null as is_last, ${hash} as real_hash
      from campaign_event v window w as (partition by v.campaign_id order by v.number))
    select 'campaign ' || v.campaign_id || ' event ' || v.number ||
      ' does not follow from its content or the event before' as example
    from event v
    where v.hash <> v.real_hash or v.previous_hash is distinct from v.hash_before
      or v.number <> coalesce(v.number_before, 0) + 1
    union all
    select 'campaign ' || v.campaign_id || ' event ' || v.number || ' names other entries than there are'
    from campaign_event v
    where (v.content ? 'entries' or exists (select 1 from earning_entry e where e.event_id = v.id))
      and v.content ->> 'entries' is distinct from ${entriesDigest(sql`v.id`)}
    union all
    select 'campaign ' || v.campaign_id || ' event ' || v.number ||
      ' names other clips without a reading than are stored'
    from campaign_event v
    where (v.version > 1 and v.type in ('ROUND_SETTLED', 'ROUND_ABANDONED') or exists (select 1
      from clips_without_reading l where l.event_id = v.id))
      and (v.version = 1 or v.content ->> 'withoutReading' is distinct from ${withoutReadingDigest(sql`v.id`)})
    union all
    select 'campaign ' || coalesce(c.id, v.campaign_id) || ' does not end in its last event'
    from campaign c full join (select * from event where is_last) v on v.campaign_id = c.id
    where case when c.id is null then v.type <> 'DELETED' else (c.last_event_number, c.chain_head) is distinct
      from (v.number, v.hash) end`,
};
