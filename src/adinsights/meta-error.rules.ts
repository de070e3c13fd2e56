import { z } from 'zod';

export const metaErrorBody = z.object({
  error: z.object({
    message: z.string().default(''),
    code: z.number().int(),
    error_subcode: z.number().int().optional(),
    is_transient: z.boolean().optional(),
  }),
});

export type MetaError = z.infer<typeof metaErrorBody>['error'];

/** What to do about an error of the Graph API. */
export type MetaErrorClass = 'RETRY' | 'LIMIT' | 'TOKEN' | 'ASK_FOR_LESS' | 'REFUSED';

const LIMITS = new Set([4, 17, 32, 341, 368, 613]);
const TOKENS = new Set([10, 102, 190]);
/** No such object, or no right to it. */
const NO_ACCESS = 33;
const TOO_MUCH = new Set([1_487_534, 1_504_018]);

/** By code, not by HTTP status: that is mostly 400. */
export function classify({ code, error_subcode: subcode = 0, is_transient: transient }: MetaError): MetaErrorClass {
  if (TOO_MUCH.has(subcode)) return 'ASK_FOR_LESS';
  if (LIMITS.has(code) || (code >= 80_000 && code <= 80_014)) return 'LIMIT';
  if (TOKENS.has(code) || (code >= 200 && code <= 299) || (code === 100 && subcode === NO_ACCESS)) return 'TOKEN';
  return transient || code === 1 || code === 2 ? 'RETRY' : 'REFUSED';
}

const percentage = z.coerce.number();
const usage = z.object({
  call_count: percentage.optional(),
  total_cputime: percentage.optional(),
  total_time: percentage.optional(),
  acc_id_util_pct: percentage.optional(),
  /** Minutes. */
  estimated_time_to_regain_access: percentage.optional(),
});

const USAGE_HEADERS = ['x-business-use-case-usage', 'x-app-usage', 'x-ad-account-usage'];
/** Percent of a quota from which it is left alone for a while. */
const PAUSE_FROM = 90;
const MINUTE_MS = 60_000;

/** How long to leave the source alone by what it says of our quotas, in ms; 0 for not at all. */
export function pauseAfter(headers: { get(name: string): string | null }): number {
  const usages = USAGE_HEADERS.flatMap((name) => usagesIn(headers.get(name)));
  const waits = usages.flatMap((each) => {
    const { estimated_time_to_regain_access: minutes = 0, ...percentages } = each;
    const used = Object.values(percentages).some((value) => (value ?? 0) >= PAUSE_FROM);
    return used || minutes > 0 ? [(minutes > 0 ? minutes : 1) * MINUTE_MS] : [];
  });
  return waits.reduce((most, each) => (each > most ? each : most), 0);
}

/** A header is one usage, or lists of them by account. Whatever it is else says nothing. */
function usagesIn(header: string | null): z.infer<typeof usage>[] {
  try {
    const value = JSON.parse(header ?? 'null') as unknown;
    const parts = Object.values(value ?? {}).some(Array.isArray) ? Object.values(value ?? {}).flat() : [value];
    return parts.flatMap((part) => usage.safeParse(part).data ?? []);
  } catch {
    return [];
  }
}
