import { sql } from 'kysely';
import type { Clock } from '../../shared/clock.js';
import type { Logger } from '../observability/logger.js';
import { database, type MikroORM } from './database.js';

const SYNC_INTERVAL_MS = 60_000;
/** Beyond this the machine's clock is said to be wrong. */
const DRIFT_WARNED_MS = 5_000;

/** The database's clock, as this process reckons it: all instances agree, however wrong the clocks of their machines are. */
export class DatabaseClock implements Clock {
  #offsetMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly orm: MikroORM,
    private readonly log: Logger,
    private readonly localNow: () => number = Date.now,
  ) {}

  now(): Date {
    return new Date(this.localNow() + this.#offsetMs);
  }

  /** Measures once, and then every minute. */
  async start(): Promise<void> {
    await this.#sync();
    this.#timer = setInterval(() => {
      this.#sync().catch((error: unknown) => this.log.warn({ err: error }, 'the database clock could not be read'));
    }, SYNC_INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #sync(): Promise<void> {
    const before = this.localNow();
    const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(database(this.orm.em.fork()));
    const after = this.localNow();
    this.#offsetMs = (rows[0]?.at.getTime() ?? after) - Math.trunc((before + after) / 2);
    if (Math.abs(this.#offsetMs) > DRIFT_WARNED_MS)
      this.log.warn(
        { offsetMs: this.#offsetMs },
        "this machine's clock differs from the database's: the database's is used",
      );
  }
}
