import { DAY_MS } from '../shared/clock.js';
import { type Micros, maxMoney } from '../shared/money.js';

export const FORECAST_DAYS = 7;
/** A pace over less than this says nothing of a day. */
const SHORTEST_BASIS_MS = 3_600_000;
/** The last instant that a DateTime can say. */
const LATEST_MS = BigInt(Date.UTC(9999, 11, 31));

/** What a forecast is made of, all read at one moment. */
export interface ForecastFacts {
  /** Neither COMPLETED nor CANCELLED. */
  ended: boolean;
  settledRounds: number;
  /** Accruals of the last 7 days. */
  accrued: Micros;
  remaining: Micros;
  /** When the first of its approved clips was submitted: what they earn, they earn since then. */
  since: Date | null;
}

export interface Forecast {
  earningsPerDay: Micros;
  exhaustsAt: Date | null;
  basedOnDays: number;
}

/**
 * The pace of the last 7 days (fewer for a younger campaign) and when it fills the budget.
 * @returns null when it has ended or before two settled rounds
 * @see docs/domain.md B5
 */
export function forecast(facts: ForecastFacts, now: Date): Forecast | null {
  const { ended, settledRounds, accrued, remaining, since } = facts;
  if (ended || settledRounds < 2 || !since) return null;
  const basisMs = within(now.getTime() - since.getTime(), SHORTEST_BASIS_MS, FORECAST_DAYS * DAY_MS);
  const earningsPerDay = (accrued * BigInt(DAY_MS)) / BigInt(basisMs);
  return { earningsPerDay, exhaustsAt: exhaustion(earningsPerDay, remaining, now), basedOnDays: basisMs / DAY_MS };
}

const within = (value: number, least: number, most: number) => (value < least ? least : value > most ? most : value);

/** Null when nothing is earned, or it would be later than a DateTime can say. */
function exhaustion(perDay: Micros, remaining: Micros, now: Date): Date | null {
  if (perDay <= 0n) return null;
  const at = BigInt(now.getTime()) + (maxMoney(remaining, 0n) * BigInt(DAY_MS)) / perDay;
  return at > LATEST_MS ? null : new Date(Number(at));
}
