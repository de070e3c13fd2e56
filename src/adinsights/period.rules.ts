import { DAY_MS } from '../shared/clock.js';
import { badInput } from '../shared/errors.js';
import type { Days } from './ads-source.js';

const PERIOD = /^20\d\d-(0[1-9]|1[0-2])$/;
/** After this a month's figures do not change any more. @see docs/domain.md A4 */
const FINAL_AFTER_DAYS = 28;

/** The day that it is in a time zone. */
export function dayIn(timeZone: string, instant: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const part = Object.fromEntries(parts.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}`;
}

/** The month that it is in a time zone: YYYY-MM. */
export const periodIn = (timeZone: string, instant: Date) => dayIn(timeZone, instant).slice(0, 7);

/** The month before. */
export function periodBefore(period: string): string {
  const [year = 0, month = 0] = period.split('-').map((part) => parseInt(part, 10));
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
}

/** A month that ended longer ago than this is not refreshed by the schedule; on demand it still is. */
const MONTHS_BACK = 24;

/** A month of an account that was tried before. */
export interface StoredPeriod {
  period: string;
  final: boolean;
}

/**
 * The months that the schedule fetches: the current one, and every month that is not final since the oldest stored one
 * that is not. Months that passed while nothing ran are among them. A new account has no past months to fetch.
 * @param current the current month, YYYY-MM
 * @param stored the months tried before, in any order; those more than MONTHS_BACK before the current one are ignored
 * @returns the newest month first, at most MONTHS_BACK + 1 months
 * @see docs/domain.md A4
 */
export function periodsToRefresh(current: string, stored: readonly StoredPeriod[]): string[] {
  const final = new Set(stored.filter((each) => each.final).map((each) => each.period));
  const oldest = stored
    .filter((each) => !each.final && each.period >= oldestRefreshed(current))
    .reduce((least, { period }) => (period < least ? period : least), current);
  const periods: string[] = [];
  for (let period = current; period >= oldest; period = periodBefore(period))
    if (period === current || !final.has(period)) periods.push(period);
  return periods;
}

/** The oldest month that the schedule still fetches. @param current the current month, YYYY-MM */
export function oldestRefreshed(current: string): string {
  let period = current;
  for (let back = 0; back < MONTHS_BACK; back += 1) period = periodBefore(period);
  return period;
}

/**
 * Checks a period that somebody asks for.
 * @param current the month that it is
 * @throws BAD_USER_INPUT
 */
export function checkPeriod(given: string, current: string): string {
  if (!PERIOD.test(given) || given > current)
    throw badInput('period', `period must be a month as in "${current}", not one that is still to come.`);
  return given;
}

/** The first and last day of a month; of the current one up to today. */
export function daysOf(period: string, today: string): Days {
  const [year = 0, month = 0] = period.split('-').map((part) => parseInt(part, 10));
  const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  return { since: `${period}-01`, until: today < last ? today : last };
}

/** Whether figures of a month that were fetched on a day will not change any more. @see docs/domain.md A4 */
export function isFinal(period: string, fetchedOn: string): boolean {
  const { until } = daysOf(period, '9999-12-31');
  const end = Date.parse(`${until}T00:00:00Z`) + DAY_MS;
  return Date.parse(`${fetchedOn}T00:00:00Z`) >= end + FINAL_AFTER_DAYS * DAY_MS;
}

/** Two halves of some days; null for a single day. */
export function halves({ since, until }: Days): [Days, Days] | null {
  const first = Date.parse(`${since}T00:00:00Z`);
  const days = (Date.parse(`${until}T00:00:00Z`) - first) / DAY_MS;
  if (days < 1) return null;
  const dayAt = (offset: number) => new Date(first + offset * DAY_MS).toISOString().slice(0, 10);
  const middle = Math.trunc((days - 1) / 2);
  return [
    { since, until: dayAt(middle) },
    { since: dayAt(middle + 1), until },
  ];
}
