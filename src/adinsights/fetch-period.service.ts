import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { NotificationType } from '../notification/notification.entity.js';
import { reportToAdmins } from '../notification/notification.service.js';
import { upstreamUnavailable } from '../shared/errors.js';
import { AdAccountRecord } from './ad-account.entity.js';
import { CAMPAIGNS_LIMIT, replaceInsights } from './ad-insight.sql.js';
import { AdPeriod } from './ad-period.entity.js';
import { type AdAccount, type AdCampaign, type AdsSource, AdsSourceError } from './ads-source.js';
import { distributions } from './distribution.rules.js';
import { chooseFunnel, funnelChanges, funnelInversions } from './funnel.rules.js';
import type { RawRow } from './insight-row.rules.js';
import { MeasuredInsight } from './measured-insight.js';
import { dayIn, daysOf, isFinal } from './period.rules.js';

type Given = Pick<Deps, 'clock' | 'log' | 'settings' | 'adsSource'>;

/** A whole fetch. */
export const FETCH_LIMIT_MS = 600_000;
const WARNINGS_LIMIT = 100;

/** @throws UPSTREAM_UNAVAILABLE none is configured */
export function requireSource({ adsSource }: Pick<Deps, 'adsSource'>): AdsSource {
  if (!adsSource)
    throw upstreamUnavailable('No advertising source is configured: set META_ACCESS_TOKEN and META_AD_ACCOUNT_IDS.');
  return adsSource;
}

/**
 * Fetches a month from the source and stores it; a failure is stored beside the last good figures.
 * @param lost fires when another instance may be fetching it, too: then nothing is stored
 * @returns why it failed, or null
 * @see docs/domain.md A1-A4
 */
export async function fetchPeriod(
  em: EntityManager,
  deps: Given,
  account: AdAccount,
  period: string,
  lost: AbortSignal,
): Promise<{ failure: string | null }> {
  const { accountId } = account;
  const source = requireSource(deps);
  const signal = AbortSignal.any([AbortSignal.timeout(FETCH_LIMIT_MS), lost]);
  const startedAt = deps.clock.now();
  try {
    const current = await source.findAccount(accountId, signal);
    const days = daysOf(period, dayIn(current.timeZone, startedAt));
    const campaigns = await source.findCampaigns(accountId, signal);
    const rows = await source.findRows(accountId, days, signal);
    lost.throwIfAborted();
    await store(em, deps, { account: current, period, campaigns, rows, startedAt });
    return { failure: null };
  } catch (error) {
    lost.throwIfAborted();
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
      'campaigns show identical figures, as if a total had been divided',
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
  await notifyOfToken(em, deps, accountId, error);
}

/** Admins are notified when the source stays silent until somebody acts. */
export async function notifyOfToken(
  em: EntityManager,
  deps: Given,
  accountId: string,
  error: AdsSourceError,
): Promise<void> {
  if (error.failure !== 'TOKEN') return;
  await reportToAdmins(em, deps, {
    type: NotificationType.TRACKING_TROUBLE,
    title: 'The advertising source refuses our token',
    body: `Ad insights of account ${accountId} stay as they are until it is renewed: ${error.message}`,
    subject: null,
  });
}
