import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import { moneyText } from './money.sql.js';

const FIGURES = ['earnings', 'views', 'clip_count', 'pending', 'approved', 'rejected', 'withdrawn'];
/** Rebuilding is for when nothing else runs; it may take its time. */
const TIMEOUT_MS = 600_000;

/** One kept total that was not what the clips and submissions say, its figures in their order with "/" between them. */
export interface Difference {
  /** Which total, as in "campaign ...". */
  subject: string;
  kept: string;
  actual: string;
}

interface Kept {
  table: string;
  keys: string[];
  subject: RawBuilder<string>;
  /** Every row that there must be. */
  parents: RawBuilder<unknown>;
}

const KEPT: Kept[] = [
  {
    table: 'campaign_totals',
    keys: ['campaign_id'],
    subject: sql<string>`'campaign ' || campaign_id`,
    parents: sql`select id as campaign_id from campaign`,
  },
  {
    table: 'clipper_totals',
    keys: ['clipper_id', 'campaign_id'],
    subject: sql<string>`'clipper ' || clipper_id || ' in campaign ' || campaign_id`,
    parents: sql`select distinct clipper_id, campaign_id from clip_submission`,
  },
];

/** Nobody changes a clip, a submission or a total until the transaction ends. */
export async function lockTotals(em: EntityManager): Promise<void> {
  const db = database(em);
  await sql`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true)`.execute(db);
  await sql`lock table clip, clip_submission, campaign_totals, clipper_totals in share row exclusive mode`.execute(db);
}

/** What a table of totals must hold, from the clips and submissions themselves. */
function actual({ keys, parents }: Kept): RawBuilder<unknown> {
  const key = sql.raw(keys.join(', '));
  return sql`
    select p.*, coalesce(k.earnings, 0)::bigint as earnings, coalesce(k.views, 0)::bigint as views,
      coalesce(k.clip_count, 0) as clip_count,
           coalesce(s.pending, 0) as pending, coalesce(s.approved, 0) as approved, coalesce(s.rejected, 0) as rejected,
             coalesce(s.withdrawn, 0) as withdrawn
    from (${parents}) p
    left join (select ${key}, sum(earnings) as earnings, sum(views) as views, count(*) as clip_count from clip
      where state <> 'REVOKED' group by ${key}) k using (${key})
    left join (select ${key}, count(*) filter (where status = 'PENDING') as pending,
      count(*) filter (where status = 'APPROVED') as approved,
                 count(*) filter (where status = 'REJECTED') as rejected,
                   count(*) filter (where status = 'WITHDRAWN') as withdrawn
               from clip_submission group by ${key}) s using (${key})`;
}

/** Rewrites the totals and returns those that were different. The caller holds the lock. */
export async function rewriteTotals(em: EntityManager): Promise<Difference[]> {
  const db = database(em);
  const differences: Difference[] = [];
  for (const kept of KEPT) {
    const key = sql.raw(kept.keys.join(', '));
    const told = (alias: string) => {
      const [earnings, ...counts] = FIGURES.map((each) => `${alias}.${each}`);
      return sql`concat_ws('/', ${moneyText(earnings ?? '')}, ${sql.raw(counts.join(', '))})`;
    };
    const { rows } = await sql<Difference>`
      select ${kept.subject} as subject, coalesce(nullif(${told('t')}, ''), 'nothing') as kept,
        coalesce(nullif(${told('a')}, ''), 'nothing') as actual
      from (${actual(kept)}) a full join ${sql.table(kept.table)} t using (${key}) where ${told('t')} <> ${told('a')}
        order by 1`.execute(db);
    differences.push(...rows);
    if (rows.length > 0) await rewrite(em, kept);
  }
  return differences;
}

/** The one place that passes the guard which refuses whoever writes totals. */
async function rewrite(em: EntityManager, kept: Kept): Promise<void> {
  const db = database(em);
  const { table } = kept;
  const columns = sql.raw([...kept.keys, ...FIGURES].join(', '));
  await sql.raw(`alter table ${table} disable trigger ${table}_guarded`).execute(db);
  await sql`delete from ${sql.table(table)}`.execute(db);
  await sql`insert into ${sql.table(table)} (${columns}) select ${columns} from (${actual(kept)}) a`.execute(db);
  await sql.raw(`alter table ${table} enable trigger ${table}_guarded`).execute(db);
}
