/** Where "now" comes from: an argument everywhere, so that a test can say what time it is. */
export interface Clock {
  now(): Date;
  /**
   * What an instant of the database's clock is to this clock; absent where it is the same. A test's clock may be moved.
   */
  fromDatabase?(instant: Date): Date;
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The instant a number of milliseconds after (or, negative, before) another. */
export function addMs(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

/** The day (UTC) of an instant: what daily limits count in. */
export function dayAround(now: Date): { start: Date; secondsLeft: number } {
  const start = new Date(now);
  start.setUTCHours(0, 0, 0, 0);
  return { start, secondsLeft: Math.ceil((start.getTime() + DAY_MS - now.getTime()) / SECOND_MS) };
}

/** Whether a day YYYY-MM-DD is in the calendar: JavaScript rolls 30 February over into March. */
export function dayExists(day: string): boolean {
  const instant = new Date(`${day}T00:00:00.000Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day);
}
