import { Pool } from 'pg';
import { isMigrated, type MikroORM } from './database.js';

const TIMEOUT_MS = 5_000;
const IDLE_MS = 10_000;

/**
 * Asks whether the database can serve, on a connection of its own: a pool that is busy for a moment does not make the
 * process look dead.
 */
export class DatabaseReadiness {
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
    // A connection that was cut is reopened when it is next needed.
    this.#pool.on('error', () => undefined);
  }

  /**
   * Why the database cannot serve: read-only, or without a migration of this build; undefined when it can.
   * @throws what the driver throws when the database does not answer
   */
  async problem(): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ readOnly: boolean }>(
      `select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as "readOnly"`,
    );
    if (rows[0]?.readOnly) return 'the database is read-only';
    // Migrations only add, so what is there stays.
    this.#migrated ||= await isMigrated(this.orm);
    return this.#migrated ? undefined : 'migrations are pending';
  }

  stop(): Promise<void> {
    return this.#pool.end();
  }
}
