import { DAY_MS } from '../shared/clock.js';
import { type Micros, maxMoney } from '../shared/money.js';

export const FORECAST_DAYS = 7;
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
 * @returns null when it has ended, before two settled rounds, and before its clips are a day old: less says nothing of
 * a day
 * @see docs/domain.md B5
 */
export function forecast(facts: ForecastFacts, now: Date): Forecast | null {
  const { ended, settledRounds, accrued, remaining, since } = facts;
  if (ended || settledRounds < 2 || !since) return null;
  const ageMs = now.getTime() - since.getTime();
  if (ageMs < DAY_MS) return null;
  const basisMs = ageMs > FORECAST_DAYS * DAY_MS ? FORECAST_DAYS * DAY_MS : ageMs;
  const earningsPerDay = (accrued * BigInt(DAY_MS)) / BigInt(basisMs);
  return { earningsPerDay, exhaustsAt: exhaustion(earningsPerDay, remaining, now), basedOnDays: basisMs / DAY_MS };
}

/** Null when nothing is earned, or it would be later than a DateTime can say. */
function exhaustion(perDay: Micros, remaining: Micros, now: Date): Date | null {
  if (perDay <= 0n) return null;
  const at = BigInt(now.getTime()) + (maxMoney(remaining, 0n) * BigInt(DAY_MS)) / perDay;
  return at > LATEST_MS ? null : new Date(Number(at));
}
