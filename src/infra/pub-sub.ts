import { EventEmitter, on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'pg';
import { database, type EntityManager } from './database.js';
import type { Logger } from './logger.js';

const CHANNEL = 'clipledger';
const RECONNECT_MS = 500;
const RECONNECT_MOST_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** What happened, told over all instances: a topic, and the id of the thing it is about. */
export interface Told {
  topic: string;
  id: string;
}

/** Tells of something when (and only if) the em's transaction commits. Ids alone: a notification holds 8,000 bytes. */
export async function publish(em: EntityManager, told: Told): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(told)})`.execute(database(em));
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
    this.#emitter.emit('stopped');
    await this.#client?.end();
  }

  /** What is told of a topic from this call on, until the iterator is closed or the process stops. */
  subscribe(topic: string): AsyncIterableIterator<Told> {
    const stopping = new AbortController();
    const end = () => stopping.abort();
    const heard = on(this.#emitter, topic, { signal: stopping.signal });
    this.#emitter.once('stopped', end);
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
        this.#emitter.off('stopped', end);
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
      keepAlive: true,
    });
    client.on('notification', ({ payload }) => this.#hear(payload));
    client.on('error', (error) => this.log.warn({ err: error.message }, 'listening connection lost'));
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    client.once('end', () => void this.#reconnect());
    this.#client = client;
  }

  async #reconnect(): Promise<void> {
    for (let waitMs = RECONNECT_MS; !this.#stopped; waitMs = Math.min(waitMs * 2, RECONNECT_MOST_MS)) {
      await sleep(waitMs, undefined, { ref: false });
      try {
        await this.#connect();
        return;
      } catch (error) {
        this.log.warn({ err: (error as Error).message }, 'listening connection not restored yet');
      }
    }
  }

  #hear(payload: string | undefined): void {
    try {
      const told = JSON.parse(payload ?? '') as Told;
      this.#emitter.emit(told.topic, told);
    } catch {
      this.log.warn('a notification that is not ours');
    }
  }
}
