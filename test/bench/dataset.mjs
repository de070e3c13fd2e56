// A database full of campaigns, clips, readings and ledger, skewed as real ones are, made in bulk SQL with every law holding.
import { randomInt } from 'node:crypto';

export const SIZES = {
  tiny: { campaigns: 20, clippers: 200, clips: 1_000, rounds: 5 },
  S: { campaigns: 100, clippers: 5_000, clips: 50_000, rounds: 20 },
  verify: { campaigns: 1_000, clippers: 50_000, clips: 1_000_000, rounds: 5 },
  M: { campaigns: 1_000, clippers: 50_000, clips: 1_000_000, rounds: 20 },
};

/** The largest of 1,000 campaigns gets 3.5 % of the clips. */
const CAMPAIGN_SKEW = 2.05;
const CLIPPER_SKEW = 1.3;
const HOURS_BETWEEN_ROUNDS = 4;

const STEPS = ({ campaigns, clippers, clips, rounds }) => [
  `create function pg_temp.id_at(at timestamptz) returns uuid language sql volatile as $$
     select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid $$`,
  `create function pg_temp.chain_step(state text, payload text) returns text language sql immutable as $$
     select encode(sha256(convert_to(payload || '|' || coalesce(state, 'start'), 'UTF8')), 'hex') $$`,
  'create aggregate pg_temp.chain(text) (sfunc = pg_temp.chain_step, stype = text)',
  `create temp table born on commit preserve rows as select date_trunc('milliseconds', now()) - interval '${(rounds + 2) * HOURS_BETWEEN_ROUNDS} hours' as at`,
  `create temp table c as select n as place, pg_temp.id_at(at) as id, (1 + n % 5) * 1000000::bigint as cpm, n % 10 = 9 as ended from born, generate_series(0, ${campaigns - 1}) n`,
  `create temp table u as select n as place, pg_temp.id_at(at) as id from born, generate_series(0, ${clippers - 1}) n`,
  `create temp table s as
     select row_number() over (partition by c.id order by x.n)::int as place, c.id as campaign_id, c.cpm, c.ended, u.id as clipper_id, x.n,
            pg_temp.id_at(at + x.n * interval '1 millisecond') as submission_id, pg_temp.id_at(at + interval '1 hour' + x.n * interval '1 millisecond') as clip_id,
            (x.n * 7919 % 1000)::bigint as initial_views, at + x.n * interval '1 millisecond' as at
     from born, (select n, floor(${campaigns} * power(random(), ${CAMPAIGN_SKEW}))::int as campaign, floor(${clippers} * power(random(), ${CLIPPER_SKEW}))::int as clipper from generate_series(1::bigint, ${clips}) n) x
     join c on c.place = x.campaign join u on u.place = x.clipper`,
  'create index on s (campaign_id)',
  'analyze s',
  `insert into "user" (id, subject, email, name, role, created_at) select id, 'clipper-' || place, 'clipper-' || place || '@example.com', 'Clipper number ' || place, 'CLIPPER', at from u, born`,
  `insert into campaign (id, title, description, status, budget, cpm, platforms, requirements, min_views, created_at, completed_at, completion_reason)
     select id, 'Campaign number ' || place, 'Clips for campaign number ' || place, case when ended then 'COMPLETED' else 'ACTIVE' end, 1000000000000000, cpm, '{TIKTOK}', '{}', 0, at,
            case when ended then date_trunc('milliseconds', now()) end, case when ended then 'MANUAL' end from c, born`,
  `insert into clip_submission (id, campaign_id, clipper_id, url, canonical_url, platform, video_id, status, initial_views, cpm, min_views, submitted_at, reviewed_at)
     select submission_id, campaign_id, clipper_id, 'https://www.tiktok.com/@x/video/' || (7000000000000000000 + n), 'https://www.tiktok.com/@_/video/' || (7000000000000000000 + n), 'TIKTOK', (7000000000000000000 + n)::text,
            'APPROVED', initial_views, cpm, 0, at, at + interval '1 hour' from s`,
  `create temp table r as select n, pg_temp.id_at(at + n * interval '${HOURS_BETWEEN_ROUNDS} hours') as run_id, at + n * interval '${HOURS_BETWEEN_ROUNDS} hours' as at from born, generate_series(1, ${rounds}) n`,
  `insert into tracking_run (id, trigger, status, started_at, finished_at) select run_id, 'SCHEDULE', 'SUCCEEDED', at, at + interval '1 minute' from r`,
  `create temp table rr as select r.n, r.run_id, r.at, c.id as campaign_id, pg_temp.id_at(r.at) as round_id, pg_temp.id_at(r.at) as event_id from r, c where exists (select 1 from s where s.campaign_id = c.id)`,
  `insert into view_tracking (id, clip_id, round_id, tracked_at, outcome, views, gained)
     select pg_temp.id_at(rr.at), s.clip_id, rr.round_id, rr.at, 'VALUE', s.initial_views + sum(1 + (s.n * 7919 + rr.n * 104729) % 500) over (partition by s.clip_id order by rr.n), 1 + (s.n * 7919 + rr.n * 104729) % 500
     from rr join s on s.campaign_id = rr.campaign_id order by rr.n, s.campaign_id, s.clip_id`,
  `insert into earning_entry (id, clip_id, event_id, round_id, reading_id, amount, reason, cap, from_views, to_views, cpm, created_at)
     select pg_temp.id_at(rr.at), v.clip_id, rr.event_id, rr.round_id, v.id, v.gained * (s.cpm / 1000), 'ACCRUAL', 'NONE', v.views - v.gained, v.views, s.cpm, rr.at
     from rr join view_tracking v on v.round_id = rr.round_id join s on s.clip_id = v.clip_id order by rr.n, s.campaign_id, s.clip_id`,
  'analyze view_tracking',
  'analyze earning_entry',
  `insert into clip (id, submission_id, campaign_id, clipper_id, state, views, earnings, mark_reading_id, approved_at, last_tracked_at, last_outcome, last_value_at)
     select s.clip_id, s.submission_id, s.campaign_id, s.clipper_id, 'LIVE', v.views, (v.views - s.initial_views) * (s.cpm / 1000), v.id, s.at + interval '1 hour', v.tracked_at, 'VALUE', v.tracked_at
     from s join rr on rr.campaign_id = s.campaign_id and rr.n = ${rounds} join view_tracking v on v.round_id = rr.round_id and v.clip_id = s.clip_id`,
  `insert into tracking_round (id, run_id, campaign_id, status, planned_at, started_at, finished_at, clips_planned, clips_succeeded, earnings_added)
     select rr.round_id, rr.run_id, rr.campaign_id, 'SETTLED', rr.at, rr.at, rr.at, e.clips, e.clips, e.paid
     from rr join (select round_id, count(*) as clips, sum(amount) as paid from earning_entry group by 1) e on e.round_id = rr.round_id`,
  `create temp table ev (id uuid, campaign_id uuid, number int, type text, content jsonb, at timestamptz)`,
  `insert into ev select pg_temp.id_at(at), id, 1, 'CREATED', jsonb_build_object('title', 'Campaign number ' || place, 'budget', '1000000000.00'), at from c, born`,
  `insert into ev select pg_temp.id_at(at), campaign_id, 1 + place, 'SUBMITTED', jsonb_build_object('submissionId', submission_id, 'clipperId', clipper_id, 'platform', 'TIKTOK', 'videoId', (7000000000000000000 + n)::text,
       'initialViews', initial_views::text, 'cpm', cpm::text, 'minViews', '0', 'maxEarnings', null), at from s`,
  `insert into ev select pg_temp.id_at(s.at), s.campaign_id, 1 + t.n + s.place, 'APPROVED', jsonb_build_object('submissionId', s.submission_id, 'clipId', s.clip_id), s.at + interval '1 hour'
     from s join (select campaign_id, count(*)::int as n from s group by 1) t on t.campaign_id = s.campaign_id`,
  `insert into ev
     select rr.event_id, rr.campaign_id, 1 + 2 * t.n + rr.n, 'ROUND_SETTLED', jsonb_build_object('roundId', rr.round_id, 'clips', t.n, 'cause', null, 'paid', d.paid::text, 'entries', d.digest), rr.at
     from rr join (select campaign_id, count(*)::int as n from s group by 1) t on t.campaign_id = rr.campaign_id
     join (select e.event_id, sum(e.amount) as paid, encode(sha256(convert_to(string_agg(concat_ws(',', e.clip_id, e.reason, e.cap, e.amount, e.from_views, e.to_views, e.cpm, e.round_id::text, v.id::text, v.outcome, v.views::text), ';' order by e.clip_id, e.id), 'UTF8')), 'hex') as digest
           from earning_entry e join view_tracking v on v.id = e.reading_id group by 1) d on d.event_id = rr.event_id`,
  `insert into ev select pg_temp.id_at(now()), c.id, 1 + (select max(number) from ev where ev.campaign_id = c.id), 'ENDED', jsonb_build_object('before', 'ACTIVE', 'after', 'COMPLETED', 'reason', 'MANUAL'), date_trunc('milliseconds', now()) from c where ended`,
  `insert into campaign_event (id, campaign_id, number, type, content, at, hash, previous_hash)
     select id, campaign_id, number, type, content, at, hash, lag(hash) over (partition by campaign_id order by number)
     from (select ev.*, pg_temp.chain(concat_ws('|', campaign_id, number, type, content::text, (extract(epoch from at) * 1000)::bigint)) over (partition by campaign_id order by number) as hash from ev) chained`,
  `update campaign c set last_event_number = e.number, chain_head = e.hash, recorded_spent = coalesce(k.earned, 0)
     from (select distinct on (campaign_id) campaign_id, number, hash from campaign_event order by campaign_id, number desc) e
     left join (select campaign_id, sum(earnings) as earned from clip group by 1) k using (campaign_id) where e.campaign_id = c.id`,
  `update clip_submission x set final_earnings = k.earnings from clip k join campaign c on c.id = k.campaign_id where k.submission_id = x.id and c.completed_at is not null`,
  `insert into campaign_totals select c.id, coalesce(k.earnings, 0), coalesce(k.views, 0), coalesce(k.clips, 0), 0, coalesce(k.clips, 0), 0, 0
     from campaign c left join (select campaign_id, sum(earnings) as earnings, sum(views) as views, count(*) as clips from clip group by 1) k on k.campaign_id = c.id`,
  `insert into clipper_totals select clipper_id, campaign_id, sum(earnings), sum(views), count(*), 0, count(*), 0, 0 from clip group by 1, 2`,
  `create temp table p as select t.clipper_id, pg_temp.id_at(now()) as request_id, (sum(t.earnings) / 2 / 10000)::bigint * 10000 as amount
     from clipper_totals t join campaign c on c.id = t.campaign_id where c.completed_at is not null group by 1 having sum(t.earnings) >= 60000000`,
  `insert into payout_request (id, clipper_id, amount, coin, method, sealed_details, status, requested_at, processed_at)
     select request_id, clipper_id, amount, 10000, 'PAYPAL', 'open:me@example.com', 'COMPLETED', now(), now() from p`,
  `insert into payout (id, request_id, clipper_id, amount, method, transaction_id, paid_at) select pg_temp.id_at(now()), request_id, clipper_id, amount, 'PAYPAL', 'TX-' || request_id, now() from p`,
];

/**
 * Fills a migrated database that has nothing in it. The session leaves out triggers and foreign keys for speed; that every
 * law holds all the same is what `verify` says afterwards.
 * @param client a superuser's connection
 */
export async function makeDataset(client, size) {
  await client.query(
    "set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '512MB'; set synchronous_commit = off",
  );
  await client.query(`select setseed(${randomInt(1_000) / 1_000})`);
  await client.query('begin');
  for (const step of STEPS(size)) await client.query(step);
  await client.query('commit');
  await client.query('set session_replication_role = origin');
  await client.query('vacuum analyze');
}
