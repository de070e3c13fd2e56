import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { takeJobSlot } from '../infra/queue/job-slot.sql.js';
import { singleFlight } from '../infra/queue/single-flight.js';
import { badInput, upstreamUnavailable } from '../shared/errors.js';
import { AdAccountRecord } from './ad-account.entity.js';
import { findPeriod, findPeriodsSince } from './ad-insight.sql.js';
import { type AdAccount, type AdsSource, AdsSourceError } from './ads-source.js';
import { FETCH_LIMIT_MS, fetchPeriod, notifyOfToken, requireSource } from './fetch-period.service.js';
import { oldestRefreshed, periodIn, periodsToRefresh } from './period.rules.js';

type Given = Pick<Deps, 'clock' | 'log' | 'settings' | 'adsSource'>;

/** How long a caller waits for a fetch. */
export const ANSWER_LIMIT_MS = 27_000;
/**
 * After this many failures a scheduled refresh leaves the account's other months to the next one: a source that is down
 * costs up to FETCH_LIMIT_MS a month.
 */
const FAILURES_LIMIT = 3;

/** @returns the account asked for, or the first one @throws BAD_USER_INPUT it is not one of ours */
export function checkAccount({ accountIds }: AdsSource, given: string | null | undefined): string {
  const accountId = given?.replace(/^act_/, '') ?? accountIds[0];
  if (accountId === undefined || !accountIds.includes(accountId))
    throw badInput('accountId', `accountId must be one of ${accountIds.join(', ')}.`);
  return accountId;
}

/**
 * What is known of an account: from the database, and the first time from the source.
 * @throws UPSTREAM_UNAVAILABLE
 */
export async function findAccount(em: EntityManager, deps: Given, accountId: string): Promise<AdAccount> {
  const known = await em.fork().findOne(AdAccountRecord, { accountId });
  if (known) return known;
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  const account = await requireSource(deps)
    .findAccount(accountId, signal)
    .catch(async (error: unknown) => {
      if (!(error instanceof AdsSourceError)) throw error;
      await notifyOfToken(em, deps, accountId, error);
      throw upstreamUnavailable(error.message);
    });
  await inTransaction(em, (transaction) => transaction.upsert(AdAccountRecord, account));
  return account;
}

/**
 * Fetches a month again, once for all who ask at the same time. What fails leaves the last good figures, marked stale.
 * A final month is not fetched again.
 * @returns null when it went well, else why it failed
 * @see docs/domain.md A1, A4
 */
async function refreshPeriod(
  em: EntityManager,
  deps: Given,
  account: AdAccount,
  period: string,
): Promise<string | null> {
  const asked = deps.clock.now();
  const { accountId } = account;
  const outcome = await singleFlight(em, {
    name: `ad insights ${accountId} ${period}`,
    limitMs: FETCH_LIMIT_MS,
    work: (lost) => fetchPeriod(em, deps, account, period, lost),
    findDone: async () => {
      const stored = await findPeriod(em.fork(), accountId, period);
      const done = stored && (stored.final || stored.triedAt >= asked);
      return done ? { failure: stored.failure } : undefined;
    },
  });
  return outcome ? outcome.failure : 'Another instance has been fetching for too long.';
}

/**
 * Refreshes, and waits no longer than a caller may: what takes longer goes on and is stored when it comes.
 * @throws UPSTREAM_UNAVAILABLE with the reason
 */
export async function refreshNow(em: EntityManager, deps: Given, account: AdAccount, period: string): Promise<void> {
  const refresh = refreshPeriod(em, deps, account, period);
  refresh.catch((error: unknown) => deps.log.error({ err: error }, 'refresh of ad insights failed'));
  const timer = new AbortController();
  const late = sleep(ANSWER_LIMIT_MS, 'The source has not answered yet. Its answer is stored when it arrives.', {
    ref: false,
    signal: timer.signal,
  }).catch(() => null);
  const failure = await Promise.race([refresh, late]).finally(() => timer.abort());
  if (failure !== null) throw upstreamUnavailable(failure);
}

/** The job's name in the timetable and in /cron. */
export const AD_INSIGHTS = 'ad-insights';

/**
 * Fetches the current month of every account, and each month before it that is not final yet, also after a time in
 * which nothing ran.
 * @see docs/domain.md A4
 */
export async function refreshAll(em: EntityManager, deps: Given, slot?: Date): Promise<void> {
  if (!deps.adsSource) return;
  const taken =
    !slot || (await inTransaction(em, (transaction) => takeJobSlot(transaction, AD_INSIGHTS, slot, deps.clock)));
  if (!taken) return;
  for (const accountId of deps.adsSource.accountIds) {
    try {
      await refreshAccount(em, deps, await findAccount(em, deps, accountId));
    } catch (error) {
      deps.log.error({ err: error, accountId }, 'the ad insights of an account were not refreshed');
    }
  }
}

async function refreshAccount(em: EntityManager, deps: Given, account: AdAccount): Promise<void> {
  const current = periodIn(account.timeZone, deps.clock.now());
  const stored = await findPeriodsSince(em.fork(), account.accountId, oldestRefreshed(current));
  let failures = 0;
  for (const period of periodsToRefresh(current, stored)) {
    if ((await refreshPeriod(em, deps, account, period)) !== null) failures += 1;
    if (failures >= FAILURES_LIMIT) return;
  }
}
