import { sql } from 'kysely';
import type { Clock } from '../../shared/clock.js';
import type { Logger } from '../observability/logger.js';
import { database, type EntityManager, type MikroORM } from './database.js';

const SYNC_INTERVAL_MS = 60_000;
/** Beyond this the machine's clock is said to be wrong. */
const DRIFT_WARNED_MS = 5_000;

/**
 * Reads the database's clock. A decision about money calls this after it has taken its last lock: of two decisions that
 * wait for the same lock, the later one then reads the later instant.
 * @see docs/domain.md L1
 */
export async function readDatabaseClock(em: EntityManager): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(database(em));
  const [row] = rows;
  if (!row) throw new Error('the database did not tell the time');
  return row.at;
}

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
    const at = await readDatabaseClock(this.orm.em.fork());
    const after = this.localNow();
    this.#offsetMs = at.getTime() - Math.trunc((before + after) / 2);
    if (Math.abs(this.#offsetMs) > DRIFT_WARNED_MS)
      this.log.warn(
        { offsetMs: this.#offsetMs },
        "this machine's clock differs from the database's: the database's is used",
      );
  }
}
