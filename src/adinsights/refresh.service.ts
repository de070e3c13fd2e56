import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database.js';
import { takeJobSlot } from '../infra/job-slot.sql.js';
import { joinWork } from '../infra/joined-work.js';
import { inTransaction } from '../infra/transaction.js';
import { NotificationType } from '../notification/notification.entity.js';
import { reportToAdmins } from '../notification/notification.service.js';
import { badInput, upstreamUnavailable } from '../shared/errors.js';
import { AdAccountRecord } from './ad-account.entity.js';
import { CAMPAIGNS_LIMIT, findPeriod, replaceInsights } from './ad-insight.sql.js';
import { AdPeriod } from './ad-period.entity.js';
import { type AdAccount, type AdCampaign, type AdsSource, AdsSourceError } from './ads-source.js';
import { distributions } from './distribution.rules.js';
import { chooseFunnel, funnelChanges, funnelInversions } from './funnel.rules.js';
import type { RawRow } from './insight-row.rules.js';
import { MeasuredInsight } from './measured-insight.js';
import { dayIn, daysOf, isFinal, periodBefore, periodIn } from './period.rules.js';

type Given = Pick<Deps, 'clock' | 'log' | 'settings' | 'adsSource'>;

/** A whole fetch; and how long a caller waits for one. */
const FETCH_LIMIT_MS = 600_000;
export const ANSWER_LIMIT_MS = 27_000;
const WARNINGS_LIMIT = 100;
/** A month that is over is fetched until it is final; this far back is looked. */
const MONTHS_BACK = 2;

/** @throws UPSTREAM_UNAVAILABLE none is configured */
export function requireSource({ adsSource }: Pick<Deps, 'adsSource'>): AdsSource {
  if (!adsSource)
    throw upstreamUnavailable('No advertising source is configured: set META_ACCESS_TOKEN and META_AD_ACCOUNT_IDS.');
  return adsSource;
}

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
    .catch((error: unknown) => {
      throw error instanceof AdsSourceError ? upstreamUnavailable(error.message) : error;
    });
  await inTransaction(em, (transaction) => transaction.upsert(AdAccountRecord, account));
  return account;
}

/**
 * Fetches a month anew, once for all who ask at the same time. What fails leaves the last good figures, marked stale.
 * A final month is not fetched again.
 * @returns null when it went well, else why it failed
 * @see docs/domain.md A1, A4
 */
export async function refreshPeriod(
  em: EntityManager,
  deps: Given,
  account: AdAccount,
  period: string,
): Promise<string | null> {
  const asked = deps.clock.now();
  const { accountId } = account;
  const outcome = await joinWork(em, {
    name: `ad insights ${accountId} ${period}`,
    limitMs: FETCH_LIMIT_MS,
    work: () => fetchPeriod(em, deps, account, period),
    findDone: async () => {
      const stored = await findPeriod(em.fork(), accountId, period);
      const done = stored && (stored.final || stored.triedAt >= asked);
      return done ? { failure: stored.failure } : undefined;
    },
  });
  return outcome ? outcome.failure : 'Another instance has been fetching for too long.';
}

async function fetchPeriod(
  em: EntityManager,
  deps: Given,
  account: AdAccount,
  period: string,
): Promise<{ failure: string | null }> {
  const { accountId } = account;
  const source = requireSource(deps);
  const signal = AbortSignal.timeout(FETCH_LIMIT_MS);
  const startedAt = deps.clock.now();
  try {
    const current = await source.findAccount(accountId, signal);
    const days = daysOf(period, dayIn(current.timeZone, startedAt));
    const campaigns = await source.findCampaigns(accountId, signal);
    const rows = await source.findRows(accountId, days, signal);
    await store(em, deps, { account: current, period, campaigns, rows, startedAt });
    return { failure: null };
  } catch (error) {
    if (!(error instanceof AdsSourceError)) throw error;
    await storeFailure(em, deps, { account, period, error });
    return { failure: error.message };
  }
}

interface Fetched {
  account: AdAccount;
  period: string;
  campaigns: AdCampaign[];
  rows: RawRow[];
  startedAt: Date;
}

/** Every campaign's own row, and measured zeros for one that has none. */
function measure({ account, campaigns, rows }: Fetched, funnel: ReturnType<typeof chooseFunnel>): MeasuredInsight[] {
  const foreign = rows.find((row) => row.account_currency !== undefined && row.account_currency !== account.currency);
  if (foreign)
    throw new AdsSourceError(
      'GARBAGE',
      `Campaign ${foreign.campaign_id} reports ${foreign.account_currency}, its account ${account.currency}.`,
    );
  const measured = rows.map((row) => MeasuredInsight.fromRow(row, funnel));
  const delivered = new Set(rows.map((row) => row.campaign_id));
  const others = new Map(campaigns.map((campaign) => [campaign.adCampaignId, campaign]));
  for (const id of delivered) others.delete(id);
  const all = [...measured, ...[...others.values()].map((campaign) => MeasuredInsight.undelivered(campaign))];
  if (all.length > CAMPAIGNS_LIMIT)
    throw new AdsSourceError('GARBAGE', `The account has more than ${CAMPAIGNS_LIMIT} campaigns.`);
  return all;
}

async function store(em: EntityManager, deps: Given, fetched: Fetched): Promise<void> {
  const { account, period, rows, startedAt } = fetched;
  const { accountId, currency, timeZone } = account;
  const funnel = chooseFunnel(deps.settings.META_FUNNEL, rows);
  const insights = measure(fetched, funnel);
  warnOfEqual(deps, accountId, period, insights);
  await inTransaction(em, async (transaction) => {
    const before = await transaction.findOne(AdAccountRecord, { accountId });
    const warnings = [...funnelChanges(before?.funnel ?? null, funnel), ...funnelInversions(insights)];
    const known = rows.length > 0 ? funnel : (before?.funnel ?? null);
    await transaction.upsert(AdAccountRecord, { accountId, currency, timeZone, funnel: known });
    await replaceInsights(transaction, accountId, period, insights);
    await transaction.upsert(AdPeriod, {
      accountId,
      period,
      currency,
      fetchedAt: startedAt,
      triedAt: deps.clock.now(),
      failure: null,
      final: isFinal(period, dayIn(timeZone, startedAt)),
      warnings: warnings.slice(0, WARNINGS_LIMIT),
    });
  });
  deps.log.info({ accountId, period, campaigns: insights.length, delivered: rows.length }, 'ad insights fetched');
}

/** @see docs/domain.md A3 */
function warnOfEqual(deps: Given, accountId: string, period: string, insights: readonly MeasuredInsight[]): void {
  const identical = distributions(insights).filter((each) => each.verdict === 'IDENTICAL');
  if (identical.length > 0)
    deps.log.warn(
      { accountId, period, metrics: identical.map((each) => each.metric) },
      'campaigns show identical figures: suspicious of a total that was divided',
    );
}

async function storeFailure(
  em: EntityManager,
  deps: Given,
  { account, period, error }: { account: AdAccount; period: string; error: AdsSourceError },
): Promise<void> {
  const { accountId, currency } = account;
  deps.log[error.failure === 'BUSY' ? 'warn' : 'error'](
    { accountId, period, failure: error.failure, err: error.message },
    'ad insights not fetched',
  );
  await inTransaction(em, async (transaction) => {
    const stored = await transaction.findOne(AdPeriod, { accountId, period });
    const tried = { triedAt: deps.clock.now(), failure: error.message };
    if (stored) Object.assign(stored, tried);
    else
      transaction.persist(
        transaction.create(AdPeriod, {
          accountId,
          period,
          currency,
          ...tried,
          fetchedAt: null,
          final: false,
          warnings: [],
        }),
      );
  });
  if (error.failure === 'TOKEN')
    await reportToAdmins(em, deps, {
      type: NotificationType.TRACKING_TROUBLE,
      title: 'The advertising source refuses our token',
      body: `Ad insights of account ${accountId} stay as they are until it is renewed: ${error.message}`,
      subject: null,
    });
}

/**
 * Refreshes, and waits no longer than a caller may: what takes longer goes on and is stored when it comes.
 * @throws UPSTREAM_UNAVAILABLE with the reason
 */
export async function refreshNow(em: EntityManager, deps: Given, account: AdAccount, period: string): Promise<void> {
  const refresh = refreshPeriod(em, deps, account, period);
  refresh.catch((error: unknown) => deps.log.error({ err: error }, 'refresh of ad insights failed'));
  const timer = new AbortController();
  const late = sleep(ANSWER_LIMIT_MS, 'The source has not answered yet: what it answers is stored when it comes.', {
    ref: false,
    signal: timer.signal,
  }).catch(() => null);
  const failure = await Promise.race([refresh, late]).finally(() => timer.abort());
  if (failure !== null) throw upstreamUnavailable(failure);
}

/** The job's name in the timetable and in /cron. */
export const AD_INSIGHTS = 'ad-insights';

/** Fetches the current month of every account, and the months before that are not final yet. @see docs/domain.md A4 */
export async function refreshAll(em: EntityManager, deps: Given, slot?: Date): Promise<void> {
  if (!deps.adsSource) return;
  const taken =
    !slot || (await inTransaction(em, (transaction) => takeJobSlot(transaction, AD_INSIGHTS, slot, deps.clock.now())));
  if (!taken) return;
  for (const accountId of deps.adsSource.accountIds) {
    try {
      const account = await findAccount(em, deps, accountId);
      let period = periodIn(account.timeZone, deps.clock.now());
      for (let back = 0; back <= MONTHS_BACK; back += 1) {
        const stored = await findPeriod(em.fork(), accountId, period);
        if (back === 0 || (stored && !stored.final)) await refreshPeriod(em, deps, account, period);
        period = periodBefore(period);
      }
    } catch (error) {
      deps.log.error({ err: error, accountId }, 'ad insights of an account not refreshed');
    }
  }
}
