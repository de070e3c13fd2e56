import { sql } from 'kysely';
import type { Law, Violation } from '../law.js';

/** The newest audit event of each subject that says something of `key`. */
const newest = (subjectType: string, key: string) => sql`(
  select distinct on (a.subject_id) a.subject_id, a.after::jsonb ->> ${sql.lit(key)} as said
  from audit_event a where a.subject_type = ${sql.lit(subjectType)} and a.after::jsonb ? ${sql.lit(key)}
  order by a.subject_id, a.at desc, a.id desc)`;

/**
 * What was written before the migration is left out: per campaign up to an event number, requests up to an instant. The
 * events of an import, in one transaction with its IMPORTED event, are covered by that. A rejection by an end has no
 * event of its own.
 * @see docs/domain.md V1.13, V4, L2
 */
export const changesAreAudited: Law = {
  law: '13 changes are audited',
  statement:
    "Every review, revocation and end of a campaign has an audit event that names it, every decided payout request one that says its status, and each user's role and suspension are those of their newest audit event.",
  violations: sql<Violation>`
    with imported as materialized (
      select i.campaign_id, coalesce(n.number, i.number) as last_number
      from campaign_event i join imported_row r on r.kind = 'campaigns' and r.id = i.campaign_id
      left join campaign_event n on n.campaign_id = i.campaign_id and n.number = i.number + 1 and n.type = 'ENDED'
        and n.at = i.at
      where i.type = 'IMPORTED')
    select 'campaign ' || v.campaign_id || ' event ' || v.number || ' (' || v.type || ') has no audit event' as example
    from campaign_event v left join audit_start s on s.campaign_id = v.campaign_id left join imported m
      on m.campaign_id = v.campaign_id
    where v.type in ('APPROVED', 'REJECTED', 'REOPENED', 'REVOKED', 'ENDED')
      and v.number > coalesce(greatest(s.last_number, m.last_number), 0)
      and not exists (
        select 1 from audit_event a where a.campaign_event_id = v.id and a.campaign_event_number = v.number
          and a.subject_id = coalesce((v.content ->> 'submissionId')::uuid, v.campaign_id))
    union all
    select 'audit event ' || a.id || ' names a campaign event that does not exist'
    from audit_event a left join campaign_event v on v.id = a.campaign_event_id and v.number = a.campaign_event_number
    where a.campaign_event_id is not null and v.id is null
    union all
    select 'payout request ' || r.id || ' is ' || r.status || ', its newest audit event says ' || coalesce(a.said,
      'nothing')
    from payout_request r left join ${newest('PayoutRequest', 'status')} a on a.subject_id = r.id
    where r.status not in ('PENDING', 'CANCELLED') and a.said is distinct from r.status
      and r.processed_at > (select l.at from law_start l where l.law = '13')
      and not exists (select 1 from imported_row i where i.kind in ('payout-requests', 'payouts') and i.id = r.id)
    union all
    select 'user ' || u.id || ' is ' || u.role || ', their newest audit event says ' || coalesce(a.said, 'nothing')
    from "user" u left join ${newest('User', 'role')} a on a.subject_id = u.id
    where u.role <> coalesce(a.said, 'CLIPPER')
    union all
    select 'user ' || u.id || ' is ' || case when u.suspended_at is null then 'not suspended'
      else 'suspended since ' || u.suspended_at end
      || ', their newest audit event says ' || coalesce(a.said, 'nothing')
    from "user" u left join ${newest('User', 'suspendedAt')} a on a.subject_id = u.id
    where u.suspended_at is distinct from a.said::timestamptz
      and (a.subject_id is not null or not exists (select 1 from imported_row i where i.kind = 'users'
        and i.id = u.id))`,
};
