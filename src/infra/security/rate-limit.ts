import { rateLimited } from '../../shared/errors.js';

/** So many callers are remembered at once; who was idle longest is forgotten first, with a full bucket. */
const CALLERS_LIMIT = 50_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * Limits calls per caller in this process's memory: a bucket that holds a minute's calls and refills steadily. Costs no
 * statement; of several instances each counts for itself.
 */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Counts a call.
   * @throws RATE_LIMITED with the seconds after which the next is accepted
   */
  take(caller: string, perMinute: number): void {
    const at = this.now();
    const known = this.#buckets.get(caller);
    const refilled = known ? known.tokens + ((at - known.filledAt) * perMinute) / MINUTE_MS : perMinute;
    const tokens = refilled < perMinute ? refilled : perMinute;
    // Taken out and put back, it stands last among those that will be forgotten.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: tokens >= 1 ? tokens - 1 : tokens, filledAt: at });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > CALLERS_LIMIT && oldest !== undefined) this.#buckets.delete(oldest);
    if (tokens >= 1) return;
    const waitMs = ((1 - tokens) * MINUTE_MS) / perMinute;
    throw tooMany(perMinute, Math.ceil(waitMs / SECOND_MS));
  }
}

export const tooMany = (perMinute: number, seconds: number) =>
  rateLimited(`At most ${perMinute} of these calls are accepted per minute: try again in ${seconds} s.`, seconds);
