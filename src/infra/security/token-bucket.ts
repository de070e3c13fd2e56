const SECOND_MS = 1_000;

/** A bucket of tokens that refills steadily: what one caller may do at once, and per second after that. */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    private readonly size: number,
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#tokens = size;
    this.#filledAt = now();
  }

  /** Takes tokens, or answers false and takes none. */
  take(count = 1): boolean {
    const at = this.now();
    const refilled = this.#tokens + ((at - this.#filledAt) * this.perSecond) / SECOND_MS;
    this.#tokens = refilled < this.size ? refilled : this.size;
    this.#filledAt = at;
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Seconds after a refused take until one token is there, rounded up. */
  secondsToNext(): number {
    return Math.ceil((1 - this.#tokens) / this.perSecond);
  }
}
