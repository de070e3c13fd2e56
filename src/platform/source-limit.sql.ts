import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import { refilled } from '../infra/security/token-bucket.sql.js';
import type { Platform } from './platform.js';

/** Runs that may be started at once after a pause. */
const BURST = 5;
/** Of these, runs for baselines. */
const BASELINE_BURST = 2;
/** Baseline reads get a token for every so many of the source. */
const BASELINE_PART = 2;

/** What a run is for: baseline reads take at most half of a source's rate. @see docs/domain.md S4 */
export type RunPurpose = 'BASELINE' | 'OTHER';

/**
 * Takes one token of a source's bucket, over all instances; a run for a baseline takes one of the baselines' bucket as
 * well, or none of either. The row's lock makes them take turns; the database's clock refills both.
 * @returns 0 when the run may start now, else milliseconds after which to ask again
 */
export async function takeToken(
  em: EntityManager,
  platform: Platform,
  perMinute: number,
  purpose: RunPurpose,
): Promise<number> {
  const db = database(em);
  await sql`
    insert into source_bucket (platform, tokens, filled_at, baseline_tokens, baseline_filled_at)
    values (${platform}, ${BURST}, clock_timestamp(), ${BASELINE_BURST}, clock_timestamp())
      on conflict do nothing`.execute(db);
  const perSecond = perMinute / 60;
  const all = refilled({ tokens: 'tokens', filledAt: 'filled_at' }, { size: BURST, perSecond });
  const ofBaselines = refilled(
    { tokens: 'baseline_tokens', filledAt: 'baseline_filled_at' },
    { size: BASELINE_BURST, perSecond: perSecond / BASELINE_PART },
  );
  const baseline = purpose === 'BASELINE';
  const { rows } = await sql<{ waitMs: number }>`
    with filled as (
      select platform, ${all} as tokens, ${ofBaselines} as baseline_tokens
      from source_bucket where platform = ${platform} for update),
    turn as (
      select *, case when tokens >= 1 and (not ${baseline}::boolean or baseline_tokens >= 1) then 1 else 0 end as taken
      from filled)
    update source_bucket b set filled_at = clock_timestamp(), tokens = greatest(t.tokens - t.taken, 0),
      baseline_filled_at = clock_timestamp(),
      baseline_tokens = greatest(t.baseline_tokens - case when ${baseline}::boolean then t.taken else 0 end, 0)
    from turn t where b.platform = t.platform
    returning case when t.taken = 1 then 0 else ceil(greatest(1 - t.tokens,
      case when ${baseline}::boolean then (1 - t.baseline_tokens) * ${BASELINE_PART}::float8 else 0 end)
      / ${perSecond}::float8 * 1000)::int end as wait_ms`.execute(db);
  return rows[0]?.waitMs ?? 0;
}

/** Counts what a run is about to be asked, in the month of the given instant (UTC). @see docs/domain.md T15 */
export async function countUsage(em: EntityManager, platform: Platform, readings: number, now: Date): Promise<void> {
  await sql`
    insert into source_usage (month, platform, readings, runs)
    values (date_trunc('month', ${now}::timestamptz at time zone 'UTC')::date, ${platform}, ${readings}, 1)
    on conflict (month, platform) do update
      set readings = source_usage.readings + excluded.readings, runs = source_usage.runs + 1`.execute(database(em));
}

export interface MonthUsage {
  readings: bigint;
  runs: bigint;
}

export async function findUsageOfMonth(em: EntityManager, now: Date): Promise<MonthUsage> {
  const { rows } = await sql<MonthUsage>`
    select coalesce(sum(readings), 0)::bigint as readings, coalesce(sum(runs), 0)::bigint as runs from source_usage
    where month = date_trunc('month', ${now}::timestamptz at time zone 'UTC')::date`.execute(database(em));
  return rows[0] ?? { readings: 0n, runs: 0n };
}

/** Readings asked of all sources in the month of the given instant. */
export async function findReadingsOfMonth(em: EntityManager, now: Date): Promise<bigint> {
  return (await findUsageOfMonth(em, now)).readings;
}
