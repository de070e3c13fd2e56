import { sql } from 'kysely';
import type { Clock } from '../../shared/clock.js';
import type { Logger } from '../observability/logger.js';
import { database, type EntityManager, type MikroORM } from './database.js';

const SYNC_INTERVAL_MS = 15_000;
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

/**
 * What the database's clock says now. For decisions that cannot be undone: asked in their transaction, after its last
 * lock.
 * @see docs/domain.md L1
 */
export async function databaseNow(em: EntityManager, clock: Clock): Promise<Date> {
  const at = await readDatabaseClock(em);
  return clock.fromDatabase?.(at) ?? at;
}

/**
 * The database's clock, as this process counts on from when it last asked: all instances agree, whatever the clocks of
 * their machines say and however they jump.
 */
export class DatabaseClock implements Clock {
  #base = { atMs: Date.now(), ticksMs: performance.now() };
  #warned = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly orm: MikroORM,
    private readonly log: Logger,
    /** Milliseconds that have passed, from any start. Never a clock that can be set. */
    private readonly ticks: () => number = () => performance.now(),
  ) {}

  now(): Date {
    return new Date(this.#base.atMs + (this.ticks() - this.#base.ticksMs));
  }

  /** Asks once, and then every 15 s. */
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
    const before = this.ticks();
    const at = await readDatabaseClock(this.orm.em.fork());
    const after = this.ticks();
    this.#base = { atMs: at.getTime(), ticksMs: (before + after) / 2 };
    const offsetMs = Math.round(this.now().getTime() - Date.now());
    const drifts = Math.abs(offsetMs) > DRIFT_WARNED_MS;
    if (drifts && !this.#warned)
      this.log.warn({ offsetMs }, "this machine's clock differs from the database's: the database's is used");
    this.#warned = drifts;
  }
}
