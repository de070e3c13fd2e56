import { LRUCache } from 'lru-cache';
import { rateLimited } from '../../shared/errors.js';
import { TokenBucket } from './token-bucket.js';

/**
 * The most callers that are remembered at once. The one that was idle longest is forgotten first, with a full bucket.
 */
const CALLERS_LIMIT = 50_000;
const MINUTE_SECONDS = 60;

/**
 * Limits calls per caller in this process's memory: a bucket holds a minute's calls and refills steadily. Costs no
 * statement; of several instances each counts for itself.
 */
export class RateLimit {
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: CALLERS_LIMIT });

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Counts a call.
   * @param perMinute the same in every call of a caller
   * @throws RATE_LIMITED with the seconds after which the next is accepted
   */
  take(caller: string, perMinute: number): void {
    const known = this.#buckets.get(caller);
    const bucket = known ?? new TokenBucket(perMinute, perMinute / MINUTE_SECONDS, this.now);
    if (!known) this.#buckets.set(caller, bucket);
    if (!bucket.take()) throw tooMany(perMinute, bucket.secondsToNext());
  }
}

export const tooMany = (perMinute: number, seconds: number) =>
  rateLimited(`At most ${perMinute} of these calls are accepted per minute. Try again in ${seconds} s.`, seconds);
