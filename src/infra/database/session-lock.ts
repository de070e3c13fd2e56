import type { EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { KEEP_ALIVE, limitServerSide } from './silent-connections.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** The server ends a session, and with it all its locks, that has said nothing for so long. */
const SILENCE_LIMIT_MS = 20_000;
const BEAT_MS = 4_000;
const ANSWER_LIMIT_MS = 10_000;

/** The lock was lost while the work under it went on: another instance may be doing the same. */
class LockLost extends Error {
  override readonly name = 'LockLost';
}

/**
 * Does `work` while no other process or job does the same. All locks of a process belong to one connection of its own,
 * so that they are gone the moment the process is, however that ends. A process that is frozen says nothing; after 20 s
 * the server takes its locks away.
 * @param work is given a signal that fires when the lock is lost. What it then still writes must be fenced.
 * @returns false, without having done anything, when another does it
 */
export async function whileLocked(
  em: EntityManager,
  name: string,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const locks = locksOf.get(em.getDriver());
  if (!locks) throw new Error('The database was not opened by connectDatabase.');
  return locks.hold(name, work);
}

const locksOf = new WeakMap<object, SessionLocks>();

/** Says which database the locks of a driver are taken on. @param url must not lead to a pooler in transaction mode */
export function openSessionLocks(driver: object, url: string): void {
  locksOf.set(driver, new SessionLocks(url));
}

/** The connection that holds all locks of this process on one database. It is open while there are any. */
class SessionLocks {
  #session: Promise<LockSession> | undefined;
  #holders = 0;
  readonly #names = new Set<string>();

  constructor(private readonly url: string) {}

  async hold(name: string, work: (lost: AbortSignal) => Promise<void>): Promise<boolean> {
    // A session may take a lock that it has: within this process the name decides.
    if (this.#names.has(name)) return false;
    this.#names.add(name);
    this.#holders += 1;
    try {
      const session = await this.#open();
      if (!(await session.lock(name))) return false;
      try {
        await work(session.lost);
        return true;
      } finally {
        await session.unlock(name);
      }
    } finally {
      this.#names.delete(name);
      this.#holders -= 1;
      if (this.#holders === 0) await this.#close();
    }
  }

  #open(): Promise<LockSession> {
    if (this.#session) return this.#session;
    const opening = LockSession.open(this.url);
    this.#session = opening;
    const forget = () => {
      if (this.#session === opening) this.#session = undefined;
    };
    opening.then((session) => session.lost.addEventListener('abort', forget, { once: true }), forget);
    return opening;
  }

  async #close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    if (this.#holders > 0) return;
    this.#session = undefined;
    await session?.end();
  }
}

class LockSession {
  readonly #client: Client;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** One statement at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(client: Client) {
    this.#client = client;
    client.on('error', () => this.#lose());
    client.on('end', () => this.#lose());
    this.#timer = setInterval(() => {
      this.#ask('select 1').catch(() => this.#lose());
    }, BEAT_MS);
    this.#timer.unref();
  }

  static async open(url: string): Promise<LockSession> {
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_LIMIT_MS,
      ...KEEP_ALIVE,
    });
    await client.connect();
    const session = new LockSession(client);
    await limitServerSide(client);
    await session.#ask(`set idle_session_timeout = ${SILENCE_LIMIT_MS}`);
    return session;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async lock(name: string): Promise<boolean> {
    const { rows } = await this.#ask<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [name],
    );
    return rows[0]?.locked === true;
  }

  async unlock(name: string): Promise<void> {
    if (this.lost.aborted) return;
    // A lock that cannot be given back goes with its session, which nothing may be done under any more.
    await this.#ask('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => this.#lose());
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#client.end().catch(() => undefined);
  }

  #ask<R extends object>(text: string, values?: unknown[]) {
    const asked = this.#last.then(() => this.#client.query<R>(text, values));
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  #lose(): void {
    clearInterval(this.#timer);
    if (!this.lost.aborted) this.#lost.abort(new LockLost('the connection that held the lock is gone'));
    this.#client.end().catch(() => undefined);
  }
}
