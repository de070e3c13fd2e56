import { Pool } from 'pg';
import { isMigrated, type MikroORM } from './database.js';

const TIMEOUT_MS = 5_000;
const IDLE_MS = 10_000;

/**
 * Asks whether the database answers and has every migration of this build, on a connection of its own: a pool that is busy
 * for a moment does not make the process look dead.
 */
export class Readiness {
  readonly #pool: Pool;
  #migrated = false;

  constructor(private readonly orm: MikroORM) {
    this.#pool = new Pool({
      connectionString: orm.config.get('clientUrl'),
      max: 1,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      idleTimeoutMillis: IDLE_MS,
      keepAlive: true,
      allowExitOnIdle: true,
    });
    // A connection that was cut is made anew when it is next needed.
    this.#pool.on('error', () => undefined);
  }

  /** Why the database cannot serve; undefined when it can. */
  async problem(): Promise<string | undefined> {
    try {
      await this.#pool.query('select 1');
      // Migrations only add, so what is there stays.
      this.#migrated ||= await isMigrated(this.orm);
      return this.#migrated ? undefined : 'migrations are pending';
    } catch {
      return 'the database does not answer';
    }
  }

  stop(): Promise<void> {
    return this.#pool.end();
  }
}
