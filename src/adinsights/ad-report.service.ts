import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { upstreamUnavailable } from '../shared/errors.js';
import { AdAccountRecord } from './ad-account.entity.js';
import { type AdInsightRow, findInsights, findPeriod } from './ad-insight.sql.js';
import type { AdAccount } from './ads-source.js';
import { type Distribution, distributions } from './distribution.rules.js';
import { requireSource } from './fetch-period.service.js';
import { type Figures, totalOf } from './measured-insight.js';
import { checkPeriod, periodIn } from './period.rules.js';
import { checkAccount, findAccount, refreshNow } from './refresh.service.js';

type Given = Pick<Deps, 'clock' | 'log' | 'settings' | 'adsSource'>;

interface Asked {
  accountId?: string | null;
  period?: string | null;
}

export interface AdReport {
  period: string;
  accountId: string;
  currency: string;
  fetchedAt: Date;
  stale: boolean;
  final: boolean;
  warnings: string[];
  campaigns: AdInsightRow[];
  totals: Figures;
  distribution: Distribution[];
}

async function readAsked(
  em: EntityManager,
  deps: Given,
  asked: Asked,
): Promise<{ account: AdAccount; period: string }> {
  const accountId = checkAccount(requireSource(deps), asked.accountId);
  const account = await findAccount(em, deps, accountId);
  const current = periodIn(account.timeZone, deps.clock.now());
  return { account, period: asked.period == null ? current : checkPeriod(asked.period, current) };
}

/**
 * The month that is meant: the one given, or that of the first account's time zone, as far as it is known. @throws
 * BAD_USER_INPUT
 */
export async function monthFor(em: EntityManager, deps: Given, period: string | null | undefined): Promise<string> {
  const first = deps.adsSource?.accountIds[0];
  const account = first === undefined ? null : await em.fork().findOne(AdAccountRecord, { accountId: first });
  const current = periodIn(account?.timeZone ?? 'UTC', deps.clock.now());
  return period == null ? current : checkPeriod(period, current);
}

/**
 * A month as it was last fetched; fetched now when it never was.
 * @throws BAD_USER_INPUT, UPSTREAM_UNAVAILABLE
 * @see docs/domain.md A1, A3, A4
 */
export async function findReport(em: EntityManager, deps: Given, asked: Asked): Promise<AdReport> {
  const { account, period } = await readAsked(em, deps, asked);
  const stored = await findPeriod(em, account.accountId, period);
  if (!stored?.fetchedAt) await refreshNow(em, deps, account, period);
  return report(em, account, period);
}

/**
 * Fetches a month again and returns it.
 * @throws BAD_USER_INPUT; UPSTREAM_UNAVAILABLE the fetch failed (the last good figures stay, marked stale) or takes too
 * long
 */
export async function refreshReport(em: EntityManager, deps: Given, asked: Asked): Promise<AdReport> {
  const { account, period } = await readAsked(em, deps, asked);
  await refreshNow(em, deps, account, period);
  return report(em, account, period);
}

async function report(em: EntityManager, { accountId }: AdAccount, period: string): Promise<AdReport> {
  const stored = await findPeriod(em, accountId, period);
  if (!stored?.fetchedAt) throw upstreamUnavailable('The source has not answered for this month yet.');
  const { fetchedAt, currency, failure, final, warnings } = stored;
  const campaigns = await findInsights(em, accountId, period);
  const measured = campaigns.map((figures) => ({ figures }));
  return {
    period,
    accountId,
    currency,
    fetchedAt,
    stale: failure !== null,
    final,
    warnings,
    campaigns,
    totals: totalOf(measured),
    distribution: distributions(measured),
  };
}
