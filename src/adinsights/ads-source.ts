import type { RawRow } from './insight-row.rules.js';

/**
 * Why the source could not be asked.
 * - BUSY: for now (limits, outage, no answer in time).
 * - TOKEN: until somebody renews the token or its rights.
 * - GARBAGE: it answered something that cannot be a measurement.
 */
export type AdsFailure = 'BUSY' | 'TOKEN' | 'GARBAGE';

/** The message never holds the token. */
export class AdsSourceError extends Error {
  override readonly name = 'AdsSourceError';

  constructor(
    readonly failure: AdsFailure,
    message: string,
  ) {
    super(message);
  }
}

/** An ad account at the source. */
export interface AdAccount {
  accountId: string;
  /** ISO 4217. */
  currency: string;
  /** As in "Europe/Berlin": its days and months are those of this zone. */
  timeZone: string;
}

/** Days of the account's own calendar, YYYY-MM-DD, both included. */
export interface Days {
  since: string;
  until: string;
}

export interface AdCampaign {
  adCampaignId: string;
  name: string;
}

/** Where advertising figures are read: each campaign's own row, never a share of a total. @see docs/domain.md A1 */
export interface AdsSource {
  /** Accounts that may be asked for; the first is the default. */
  readonly accountIds: readonly string[];
  /** @throws AdsSourceError */
  findAccount(accountId: string, signal: AbortSignal): Promise<AdAccount>;
  /** Every campaign of the account, those without delivery too. @throws AdsSourceError */
  findCampaigns(accountId: string, signal: AbortSignal): Promise<AdCampaign[]>;
  /** One row for each campaign that delivered in these days. @throws AdsSourceError */
  findRows(accountId: string, days: Days, signal: AbortSignal): Promise<RawRow[]>;
}

declare module '../infra/context.js' {
  interface Deps {
    /** Null where none is configured. */
    adsSource: AdsSource | null;
  }
}
