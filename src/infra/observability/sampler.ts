import { LRUCache } from 'lru-cache';

/** The most kinds of lines that are known at once. */
const KINDS_LIMIT = 1_000;

/**
 * Lets one line of a kind into the log in a while, and counts those that it keeps out: a flood must not fill the log.
 */
export class Sampler {
  readonly #kinds = new LRUCache<string, { loggedMs: number; unlogged: number }>({ max: KINDS_LIMIT });

  /**
   * @param intervalMs how long one line stands for all of its kind
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    private readonly intervalMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether to log a line of this kind; with how many were left out since the one before. Null: leave it out. */
  take(kind: string): { unlogged: number } | null {
    const known = this.#kinds.get(kind);
    const at = this.now();
    if (known && at - known.loggedMs < this.intervalMs) {
      known.unlogged += 1;
      return null;
    }
    this.#kinds.set(kind, { loggedMs: at, unlogged: 0 });
    return { unlogged: known?.unlogged ?? 0 };
  }
}
