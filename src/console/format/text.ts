const views = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const instant = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** A count as people read it: 1,450,500. */
export const formatCount = (count: number): string => views.format(count);

/** A count for axes: 1.4M. */
export const formatShortCount = (count: number): string => compact.format(count);

/** A calendar day of the API ("2026-11-20"), or the UTC day of an instant. */
export const formatDay = (value: string): string =>
  day.format(new Date(value.length === 10 ? `${value}T00:00:00Z` : value));

/** An instant of the API in the reader's own time zone. */
export const formatInstant = (value: string): string => instant.format(new Date(value));

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** How long ago or ahead an instant is: "3 hours ago", "in 5 days". */
export function formatDistance(value: string, now: number = Date.now()): string {
  const distance = new Date(value).getTime() - now;
  for (const [unit, length] of STEPS) {
    if (Math.abs(distance) >= length) return relative.format(Math.trunc(distance / length), unit);
  }
  return relative.format(0, 'minute');
}

/** An enum value for people: NOT_OWNER becomes "Not owner". Values that this build does not know read the same way. */
export function formatEnum(value: string): string {
  const words = value.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const PLATFORMS: Record<string, string> = { TIKTOK: 'TikTok', YOUTUBE: 'YouTube', INSTAGRAM: 'Instagram' };

/** A platform's own spelling. */
export const formatPlatform = (platform: string): string => PLATFORMS[platform] ?? formatEnum(platform);

/** Today and the day so many days before it, as the API takes them (UTC). */
export function lastDays(days: number, now: number = Date.now()): { from: string; to: string } {
  const asDay = (at: number) => new Date(at).toISOString().slice(0, 10);
  return { from: asDay(now - (days - 1) * 86_400_000), to: asDay(now) };
}
