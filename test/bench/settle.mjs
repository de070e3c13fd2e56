// W1: settling a round, ours beside one bare SQL statement that does the same. W2: rounds that settle along.
import { fork } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { ormOptions } from '../../dist/mikro-orm.config.js';
import { settleRound } from '../../dist/src/earnings/settlement/settlement.service.js';
import { readSettings } from '../../dist/src/infra/config.js';
import { connectDatabase } from '../../dist/src/infra/database/database.js';

const BATCH = 1_000;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.trunc(numbers.length / 2)];

/** A campaign of so many clips, made past the API. */
export async function makeCampaign(client, clips) {
  const { rows } = await client.query(
    `insert into campaign (id, title, description, status, budget, cpm, platforms, requirements, min_views, created_at)
     values (gen_random_uuid(), 'Settled', '', 'ACTIVE', 1000000000000000, 1000000, '{TIKTOK}', '{}', 0, now()) returning id`,
  );
  const [{ id }] = rows;
  await client.query(
    `with s as (
       insert into clip_submission (id, campaign_id, clipper_id, url, canonical_url, platform, video_id, status, initial_views, cpm, min_views, submitted_at, revoked)
       select gen_random_uuid(), $1, u.id, 'u', 'u', 'TIKTOK', gen_random_uuid()::text, 'APPROVED', 0, 1000000, 0, now(), false
       from generate_series(1, $2::int) g(turn) join (select id, row_number() over () - 1 as place, count(*) over () as many from (select id from "user" limit 1000) x) u on u.place = g.turn % u.many returning id, clipper_id)
     insert into clip (id, submission_id, campaign_id, clipper_id, state, views, earnings, approved_at, failures)
     select gen_random_uuid(), id, $1, clipper_id, 'LIVE', 0, 0, now(), 0 from s`,
    [id, clips],
  );
  await client.query('analyze clip');
  return id;
}

/** A round whose clips have all been read: each has a hundred views more. */
export async function readRound(client, campaignId) {
  const { rows } = await client.query(
    `with run as (insert into tracking_run (id, trigger, status, started_at) values (gen_random_uuid(), 'MANUAL', 'RUNNING', now()) returning id),
     clips as (select id, views, (row_number() over (order by id) - 1) / ${BATCH} + 1 as batch from clip where campaign_id = $1),
     round as (insert into tracking_round (id, run_id, campaign_id, status, planned_at, started_at, clips_planned)
       select gen_random_uuid(), run.id, $1, 'READING', now(), now(), (select count(*) from clips) from run returning id),
     batches as (insert into tracking_batch (id, round_id, number, platform, clip_ids, tries, read_at, outcomes, views, reasons, strikes, succeeded)
       select gen_random_uuid(), round.id, batch, 'TIKTOK', array_agg(clips.id), '[]', now(), array_agg('VALUE'::text), array_agg(clips.views + 100), array_agg(null::text), array_agg(false), count(*)
       from clips, round group by round.id, batch)
     select id from round`,
    [campaignId],
  );
  return rows[0].id;
}

/** The same by hand: readings, clips and ledger in one statement, and what closes the round. No law is decided here. */
async function settleBare(client, campaignId, roundId) {
  await client.query('begin');
  await client.query('select id from campaign where id = $1 for no key update', [campaignId]);
  await client.query(
    `with e as (
       insert into campaign_event (id, campaign_id, number, type, content, at, previous_hash, hash)
       select gen_random_uuid(), id, last_event_number + 1, 'ROUND_SETTLED', '{}', now(), chain_head, md5(random()::text) from campaign where id = $1 returning id, number, hash),
     c as (update campaign set last_event_number = e.number, chain_head = e.hash from e where campaign.id = $1),
     read as (
       select gen_random_uuid() as id, o.clip_id, o.views, k.views as before, k.earnings, s.cpm from tracking_batch b
       cross join lateral unnest(b.clip_ids, b.views) o(clip_id, views) join clip k on k.id = o.clip_id join clip_submission s on s.id = k.submission_id where b.round_id = $2),
     r as (insert into view_tracking (id, clip_id, round_id, tracked_at, outcome, views, gained) select id, clip_id, $2, now(), 'VALUE', views, views - before from read),
     l as (insert into earning_entry (id, clip_id, event_id, round_id, reading_id, amount, reason, cap, from_views, to_views, cpm, created_at)
       select gen_random_uuid(), clip_id, e.id, $2, read.id, (views - before) * cpm / 1000, 'ACCRUAL', 'NONE', before, views, cpm, now() from read, e),
     d as (delete from tracking_batch where round_id = $2),
     t as (update tracking_round set status = 'SETTLED', finished_at = now() where id = $2)
     update clip k set views = read.views, earnings = k.earnings + (read.views - before) * cpm / 1000, mark_reading_id = read.id, last_tracked_at = now(), last_outcome = 'VALUE', last_value_at = now()
     from read where k.id = read.clip_id`,
    [campaignId, roundId],
  );
  await client.query('commit');
}

const settings = readSettings({
  DATABASE_URL: 'postgresql://x/x',
  AUTH_JWT_SECRET: 'x'.repeat(32),
  TRACKING_BATCH_SIZE: String(BATCH),
});

export async function settleWork(_orm, client, log, url) {
  let statements = 0;
  const orm = await connectDatabase(ormOptions, { url, poolSize: 4, log, onStatement: () => (statements += 1) });
  const deps = { clock: { now: () => new Date() }, settings, log };
  return {
    async compare(clips, rounds) {
      const [ours, bare] = [await makeCampaign(client, clips), await makeCampaign(client, clips)];
      const times = { ours: [], bare: [] };
      let sent = 0;
      for (let round = 0; round < rounds + 1; round += 1) {
        const [ourRound, bareRound] = [await readRound(client, ours), await readRound(client, bare)];
        let begun = performance.now();
        statements = 0;
        await settleRound(orm.em, deps, ourRound);
        sent = statements;
        times.ours.push(performance.now() - begun);
        begun = performance.now();
        await settleBare(client, bare, bareRound);
        times.bare.push(performance.now() - begun);
      }
      // The first of each finds cold tables.
      return { oursMs: median(times.ours.slice(1)), bareMs: median(times.bare.slice(1)), statements: sent };
    },
    /** Settles rounds of 1,000 clips, so many at a time, in a process of its own, until stopped; answers how many. */
    async settleAlong(campaigns) {
      const child = fork(path.join(import.meta.dirname, 'settle-along.mjs'), [url, String(campaigns)]);
      await new Promise((resolve) => child.once('message', resolve));
      return () =>
        new Promise((resolve) => {
          child.once('message', resolve);
          child.send('stop');
        });
    },
    stop: () => orm.close(),
  };
}

/** What the process that settles along does. */
export async function settleUntilStopped(url, campaigns, log) {
  const client = new pg.Client(url);
  await client.connect();
  const orm = await connectDatabase(ormOptions, { url, poolSize: campaigns + 2, log });
  const deps = { clock: { now: () => new Date() }, settings, log };
  const ids = [];
  for (let n = 0; n < campaigns; n += 1) ids.push(await makeCampaign(client, 1_000));
  let stopped = false;
  let rounds = 0;
  process.once('message', () => {
    stopped = true;
  });
  process.send('ready');
  while (!stopped) {
    const roundIds = [];
    for (const id of ids) roundIds.push(await readRound(client, id));
    await Promise.all(roundIds.map((id) => settleRound(orm.em, deps, id)));
    rounds += roundIds.length;
  }
  process.send(rounds);
  await client.end();
  await orm.close();
  process.exit();
}
