import { type DomainError, rateLimited } from '../shared/errors.js';

const RETRY_AFTER_SECONDS = 1;
const MESSAGE = `Too many of these operations are under way: try again in ${RETRY_AFTER_SECONDS} s.`;

export interface ConcurrencyBounds {
  /** Pieces of work that run at the same time. */
  atOnce: number;
  /** Pieces of work that wait for their turn; one more is refused. */
  waiting: number;
  /** Milliseconds after which a piece of work that still waits is refused. */
  waitMs: number;
  /** The error of a refused piece of work; RATE_LIMITED unless given. */
  refusal?: () => DomainError;
}

export interface TurnOptions {
  /** The turn comes before that of all who wait. */
  first?: boolean;
  /** Instead of the limit's own. */
  waitMs?: number;
}

interface Waiter {
  begin(): void;
}

/**
 * Runs a bounded number of pieces of work at once. Others wait, first come, first served; how many and how long is
 * bounded.
 */
export class ConcurrencyLimit {
  readonly #waiters: Waiter[] = [];
  #running = 0;

  constructor(private readonly bounds: ConcurrencyBounds) {}

  get isIdle(): boolean {
    return this.#running === 0 && this.#waiters.length === 0;
  }

  /**
   * Runs `work` when its turn comes.
   * @throws RATE_LIMITED (or the given refusal) too many wait already, or its turn did not come in time
   */
  async run<T>(work: () => Promise<T>, options: TurnOptions = {}): Promise<T> {
    if (this.#running < this.bounds.atOnce) this.#running += 1;
    else await this.#turn(options);
    try {
      return await work();
    } finally {
      const next = this.#waiters.shift();
      // The place passes on, so nobody who comes meanwhile takes it.
      if (next) next.begin();
      else this.#running -= 1;
    }
  }

  #turn({ first, waitMs = this.bounds.waitMs }: TurnOptions): Promise<void> {
    const { waiting, refusal = () => rateLimited(MESSAGE, RETRY_AFTER_SECONDS) } = this.bounds;
    if (this.#waiters.length >= waiting) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(refusal());
      }, waitMs);
      const waiter = {
        begin() {
          clearTimeout(timer);
          resolve();
        },
      };
      if (first) this.#waiters.unshift(waiter);
      else this.#waiters.push(waiter);
    });
  }
}

/** A limit for each key. A key that has nothing under way costs no memory. */
export class ConcurrencyLimits {
  readonly #limits = new Map<string, ConcurrencyLimit>();

  constructor(private readonly bounds: ConcurrencyBounds) {}

  /** Runs `work` under the limit of a key. @throws RATE_LIMITED */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const limit = this.#limits.get(key) ?? new ConcurrencyLimit(this.bounds);
    this.#limits.set(key, limit);
    try {
      return await limit.run(work);
    } finally {
      if (limit.isIdle) this.#limits.delete(key);
    }
  }
}
