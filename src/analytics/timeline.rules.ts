import { DAY_MS } from '../shared/clock.js';
import { badInput } from '../shared/errors.js';

const TIMELINE_DAYS_LIMIT = 366;

/** One day of a timeline. */
export interface Point {
  /** YYYY-MM-DD, UTC. */
  date: string;
  earnings: bigint;
  viewsGained: bigint;
  submissions: number;
}

const midnight = (day: string) => Date.parse(`${day}T00:00:00.000Z`);

/** How many days lie between two, both included. @throws BAD_USER_INPUT the wrong way round, or more than 366 */
export function checkDays(from: string, to: string): number {
  const days = (midnight(to) - midnight(from)) / DAY_MS + 1;
  if (days < 1) throw badInput('to', 'to must be a day on or after from.');
  if (days > TIMELINE_DAYS_LIMIT)
    throw badInput('to', `to must be at most ${TIMELINE_DAYS_LIMIT} days after from, both days included.`);
  return days;
}

/** A point for every day, in order; days on which nothing happened are zeros. @see docs/domain.md B5 */
export function fillGaps(
  known: readonly { day: string; earnings: bigint; viewsGained: bigint; submissions: number }[],
  from: string,
  to: string,
): Point[] {
  const byDay = new Map(known.map((each) => [each.day, each]));
  return Array.from({ length: checkDays(from, to) }, (_, index) => {
    const date = new Date(midnight(from) + index * DAY_MS).toISOString().slice(0, 10);
    const { earnings = 0n, viewsGained = 0n, submissions = 0 } = byDay.get(date) ?? {};
    return { date, earnings, viewsGained, submissions };
  });
}
