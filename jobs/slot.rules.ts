const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const DAYS_BACK = 32;
const FIELDS_WITH_SECONDS = 6;

/**
 * The newest instant of a schedule that is not after `now`: the slot that a tick stands for, whatever the machine's
 * clock said when it fired.
 * @param matches whether an instant (whole seconds) belongs to the schedule
 * @returns null when there is none within 32 days
 * @see docs/domain.md T13
 */
export function newestSlot(schedule: string, matches: (instant: Date) => boolean, now: Date): Date | null {
  const withSeconds = schedule.trim().split(/\s+/).length === FIELDS_WITH_SECONDS;
  const stepMs = withSeconds ? SECOND_MS : MINUTE_MS;
  // Seconds are looked at for an hour; a schedule with seconds but without one in an hour is looked at by the minute.
  const newest = now.getTime() - (now.getTime() % stepMs);
  for (let at = newest; at > newest - (withSeconds ? 60 * MINUTE_MS : DAYS_BACK * 24 * 60 * MINUTE_MS); at -= stepMs) {
    const instant = new Date(at);
    if (matches(instant)) return instant;
  }
  return withSeconds ? newestMinute(schedule, matches, newest) : null;
}

/** A schedule such as "30 0 4 * * *": its second is fixed, so only one instant of each minute can match. */
function newestMinute(schedule: string, matches: (instant: Date) => boolean, from: number): Date | null {
  const second = /^\d+$/.exec(schedule.trim().split(/\s+/)[0] ?? '')?.[0] ?? '0';
  const start = from - (from % MINUTE_MS) + parseInt(second, 10) * SECOND_MS;
  for (let at = start; at > from - DAYS_BACK * 24 * 60 * MINUTE_MS; at -= MINUTE_MS) {
    const instant = new Date(at);
    if (at <= from && matches(instant)) return instant;
  }
  return null;
}
