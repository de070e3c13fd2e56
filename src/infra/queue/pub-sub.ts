import { EventEmitter, on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'pg';
import { database, type EntityManager } from '../database/database.js';
import { KEEP_ALIVE, limitServerSide } from '../database/silent-connections.js';
import type { Logger } from '../observability/logger.js';

const CHANNEL = 'clipledger';
const RECONNECT_MS = 500;
const RECONNECT_MOST_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
const WATCH_MS = 15_000;
const ANSWER_TIMEOUT_MS = 10_000;
const STOPPED = 'stopped';
const EVENT_PREFIX = 'told ';

/** Apart from the emitter's own events, such as "error". */
const eventOf = (topic: string) => `${EVENT_PREFIX}${topic}`;

/**
 * What happened, told over all instances: a topic, and the id of the thing it is about; null to look again, as news may
 * have been lost.
 */
export interface Told {
  topic: string;
  id: string | null;
}

/** Publishes something when (and only if) the em's transaction commits. Ids alone: a notification holds 8,000 bytes. */
export async function publish(em: EntityManager, told: Told): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(told)})`.execute(database(em));
}

/** Publishes many things with one statement. */
export async function publishAll(em: EntityManager, told: readonly Told[]): Promise<void> {
  const messages = told.map((each) => JSON.stringify(each));
  await sql`select pg_notify(${CHANNEL}, message) from unnest(${messages}::text[]) message`.execute(database(em));
}

/** Hears what instances tell each other, by LISTEN on one connection of its own. */
export class PubSub {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  #client: Client | undefined;
  #stopped = false;

  constructor(
    private readonly databaseUrl: string,
    private readonly log: Logger,
  ) {}

  async start(): Promise<void> {
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#emitter.emit(STOPPED);
    await this.#client?.end();
  }

  /** What is published on a topic after this call, until the iterator is closed or the process stops. */
  subscribe(topic: string): AsyncIterableIterator<Told> {
    const stopping = new AbortController();
    const end = () => stopping.abort();
    const heard = on(this.#emitter, eventOf(topic), { signal: stopping.signal });
    this.#emitter.once(STOPPED, end);
    const done = { done: true as const, value: undefined };
    return {
      next: () =>
        heard.next().then(
          (next) => (next.done ? done : { done: false, value: (next.value as [Told])[0] }),
          (error: unknown) => {
            if (stopping.signal.aborted) return done;
            throw error;
          },
        ),
      return: async () => {
        this.#emitter.off(STOPPED, end);
        end();
        return done;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #connect(): Promise<void> {
    const client = new Client({
      connectionString: this.databaseUrl,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      ...KEEP_ALIVE,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    client.on('notification', ({ payload }) => this.#hear(payload));
    client.on('error', (error) => this.log.warn({ err: error.message }, 'listening connection lost'));
    await client.connect();
    await limitServerSide(client);
    try {
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      await client.end();
      throw error;
    }
    client.once('end', () => void this.#reconnect());
    this.#client = client;
    this.#watch(client);
  }

  /** A connection may be dead without a word: it is asked now and then, and given up when it does not answer. */
  #watch(client: Client): void {
    const timer = setInterval(() => {
      client.query('select 1').catch(() => client.end().catch(() => undefined));
    }, WATCH_MS);
    timer.unref();
    client.once('end', () => clearInterval(timer));
  }

  async #reconnect(): Promise<void> {
    for (let waitMs = RECONNECT_MS; !this.#stopped; waitMs = Math.min(waitMs * 2, RECONNECT_MOST_MS)) {
      await sleep(waitMs, undefined, { ref: false });
      try {
        await this.#connect();
        // What was published meanwhile is lost: every subscriber has to look again.
        for (const topic of this.#topics()) this.#emitter.emit(eventOf(topic), { topic, id: null });
        return;
      } catch (error) {
        this.log.warn({ err: (error as Error).message }, 'listening connection not restored yet');
      }
    }
  }

  #topics(): string[] {
    const names = this.#emitter.eventNames().map(String);
    return names.flatMap((name) => (name.startsWith(EVENT_PREFIX) ? name.slice(EVENT_PREFIX.length) : []));
  }

  #hear(payload: string | undefined): void {
    try {
      const told = JSON.parse(payload ?? '') as Told;
      this.#emitter.emit(eventOf(told.topic), told);
    } catch {
      this.log.warn('ignored a notification with an unknown payload');
    }
  }
}
