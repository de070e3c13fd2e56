// The limit: node:http and pg with hand-written SQL over the kept totals, prepared statements, nothing else. With "reduce" as the
// third argument the older way: load the rows, reduce them in JavaScript. Arguments: database, worlds (JSON), way. Prints its port.
import { createServer } from 'node:http';
import pg from 'pg';

const [, , url, worldsText, way] = process.argv;
const worlds = JSON.parse(worldsText);
const pool = new pg.Pool({ connectionString: url, max: 15 });
const ask = async (name, text, values = []) => (await pool.query({ name, text, values })).rows;

const SUBMISSION =
  's.id, s.url, s.status, s.submitted_at, s.initial_views, s.cpm, k.id as clip_id, k.state, k.views, k.earnings';
const shared = {
  Q4: (world) =>
    ask(
      'q4',
      `select ${SUBMISSION} from clip_submission s join clip k on k.submission_id = s.id where s.campaign_id = $1 and s.id < $2 order by s.id desc limit 50`,
      [world.campaignId, world.afterId],
    ),
  Q5: async (world) => {
    const [clip] = await ask('q5a', 'select k.id, k.views, k.earnings from clip k where k.submission_id = $1', [
      world.submissionId,
    ]);
    const [readings, entries] = await Promise.all([
      ask(
        'q5b',
        'select id, tracked_at, outcome, views from view_tracking where clip_id = $1 order by id desc limit 90',
        [clip.id],
      ),
      ask(
        'q5c',
        'select id, amount, reason, cap, from_views, to_views, cpm, created_at from earning_entry where clip_id = $1 order by id desc limit 90',
        [clip.id],
      ),
    ]);
    return { ...clip, readings, entries };
  },
};

/** Q6 by hand: a payout request under the clipper's lock, and its cancellation. What is told to admins is left out. */
async function requestAndCancel({ clipperId }) {
  const client = await pool.connect();
  const run = (name, text, values) => client.query({ name, text, values });
  try {
    await client.query('begin');
    await run('q6a', 'select id from "user" where id = $1 for update', [clipperId]);
    const { rows } = await run(
      'q6b',
      `select (select coalesce(sum(t.earnings), 0) from clipper_totals t join campaign c on c.id = t.campaign_id where t.clipper_id = $1 and c.status in ('COMPLETED', 'CANCELLED'))
            - (select coalesce(sum(amount), 0) from payout where clipper_id = $1 and returned_at is null)
            - (select coalesce(sum(amount), 0) from payout_request where clipper_id = $1 and status in ('PENDING', 'APPROVED')) as available`,
      [clipperId],
    );
    if (BigInt(rows[0].available) < 20_000_000n) throw new Error('nothing is available');
    const made = await run(
      'q6c',
      `insert into payout_request (id, clipper_id, amount, coin, method, sealed_details, status, requested_at) values (gen_random_uuid(), $1, 20000000, 10000, 'PAYPAL', 'open:x', 'PENDING', now()) returning id`,
      [clipperId],
    );
    await client.query('commit');
    await client.query('begin');
    await run('q6d', 'select id from "user" where id = $1 for update', [clipperId]);
    await run('q6e', "update payout_request set status = 'CANCELLED', processed_at = now() where id = $1", [
      made.rows[0].id,
    ]);
    await client.query('commit');
    return {};
  } finally {
    client.release();
  }
}

const bare = {
  ...shared,
  Q6: requestAndCancel,
  Q1: () =>
    ask(
      'q1',
      'select c.id, c.title, c.budget, t.earnings as spent, c.budget - t.earnings as remaining, t.earnings::float8 / c.budget as progress, t.clip_count from campaign c join campaign_totals t on t.campaign_id = c.id order by c.id desc limit 20',
    ),
  Q2: async (world) => {
    const [[figures], submissions] = await Promise.all([
      ask(
        'q2a',
        `select u.name, f.*, f.completed - p.paid - r.open as available from "user" u,
           lateral (select coalesce(sum(t.earnings), 0)::bigint as total, coalesce(sum(t.views), 0)::bigint as views,
                           coalesce(sum(t.earnings) filter (where c.status in ('ACTIVE', 'PAUSED')), 0)::bigint as active,
                           coalesce(sum(t.earnings) filter (where c.status in ('COMPLETED', 'CANCELLED')), 0)::bigint as completed
                    from clipper_totals t join campaign c on c.id = t.campaign_id where t.clipper_id = u.id) f,
           lateral (select coalesce(sum(amount), 0)::bigint as paid from payout where clipper_id = u.id and returned_at is null) p,
           lateral (select coalesce(sum(amount), 0)::bigint as open from payout_request where clipper_id = u.id and status in ('PENDING', 'APPROVED')) r
         where u.id = $1`,
        [world.clipperId],
      ),
      ask(
        'q2b',
        `select ${SUBMISSION}, c.title from clip_submission s left join clip k on k.submission_id = s.id join campaign c on c.id = s.campaign_id where s.clipper_id = $1 order by s.id desc limit 10`,
        [world.clipperId],
      ),
    ]);
    return { ...figures, submissions };
  },
  Q3: async () => {
    const [[totals], campaigns, clippers] = await Promise.all([
      ask(
        'q3a',
        'select (select count(*) from "user") as users, sum(earnings)::bigint as earnings, sum(views)::bigint as views from campaign_totals',
      ),
      ask(
        'q3b',
        'select c.id, c.title, t.earnings from campaign_totals t join campaign c on c.id = t.campaign_id order by t.earnings desc, t.views desc, c.id limit 10',
      ),
      ask(
        'q3c',
        'select b.*, u.name from (select clipper_id as id, sum(earnings)::bigint as earnings, sum(views)::bigint as views from clipper_totals where clip_count > 0 group by 1 order by 2 desc, 3 desc, 1 limit 10) b join "user" u on u.id = b.id order by b.earnings desc, b.views desc, b.id',
      ),
    ]);
    return { ...totals, campaigns, clippers };
  },
};

const sum = (rows, name) => rows.reduce((total, row) => total + BigInt(row[name]), 0n);
const grouped = (rows, name) => Map.groupBy(rows, (row) => row[name]);
const top = (groups) =>
  [...groups]
    .map(([id, rows]) => ({ id, earnings: sum(rows, 'earnings') }))
    .sort((one, other) => (other.earnings > one.earnings ? 1 : -1))
    .slice(0, 10);

const reduce = {
  ...shared,
  Q1: async () => {
    const campaigns = await ask('r1a', 'select id, title, budget from campaign order by id desc limit 20');
    const clips = await ask('r1b', 'select campaign_id, earnings from clip where campaign_id = any($1)', [
      campaigns.map((each) => each.id),
    ]);
    const byCampaign = grouped(clips, 'campaign_id');
    return campaigns.map((each) => {
      const own = byCampaign.get(each.id) ?? [];
      const spent = sum(own, 'earnings');
      return {
        ...each,
        spent,
        remaining: BigInt(each.budget) - spent,
        progress: Number(spent) / Number(each.budget),
        clip_count: own.length,
      };
    });
  },
  Q2: async (world) => {
    const { clipperId } = world;
    const [clips, payouts, requests, submissions] = await Promise.all([
      ask(
        'r2a',
        'select k.earnings, k.views, c.status from clip k join campaign c on c.id = k.campaign_id where k.clipper_id = $1',
        [clipperId],
      ),
      ask('r2b', 'select amount from payout where clipper_id = $1 and returned_at is null', [clipperId]),
      ask('r2c', "select amount from payout_request where clipper_id = $1 and status in ('PENDING', 'APPROVED')", [
        clipperId,
      ]),
      ask(
        'r2d',
        `select ${SUBMISSION}, c.title from clip_submission s left join clip k on k.submission_id = s.id join campaign c on c.id = s.campaign_id where s.clipper_id = $1 order by s.id desc limit 10`,
        [clipperId],
      ),
    ]);
    const completed = sum(
      clips.filter((clip) => ['COMPLETED', 'CANCELLED'].includes(clip.status)),
      'earnings',
    );
    return {
      total: sum(clips, 'earnings'),
      views: sum(clips, 'views'),
      available: completed - sum(payouts, 'amount') - sum(requests, 'amount'),
      submissions,
    };
  },
  Q3: async () => {
    const [clips, users] = await Promise.all([
      ask('r3a', 'select campaign_id, clipper_id, earnings, views from clip'),
      ask('r3b', 'select id, name from "user"'),
    ]);
    return {
      users: users.length,
      earnings: sum(clips, 'earnings'),
      views: sum(clips, 'views'),
      campaigns: top(grouped(clips, 'campaign_id')),
      clippers: top(grouped(clips, 'clipper_id')),
    };
  },
};

const handlers = way === 'reduce' ? reduce : bare;
const inJson = (_key, value) => (typeof value === 'bigint' ? value.toString() : value);
const server = createServer(async (request, response) => {
  for await (const _ of request);
  const answer = await handlers[request.url.split('/')[1]](worlds[request.url.split('/')[2]]);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer, inJson));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
