import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { fromKysely, PgBoss } from 'pg-boss';
import { database, type EntityManager } from '../database/database.js';
import { createPool } from '../database/silent-connections.js';
import type { Logger } from '../observability/logger.js';
import { gauge } from '../observability/metrics.js';

const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_REFRESH_SECONDS = 3;
const WATCH_SECONDS = 5;
const POLLING_SECONDS = 0.5;
const CONNECTIONS = 4;
/** How long an answer of the database is waited for: a connection that has gone silent is given up. */
const ANSWER_LIMIT_MS = 15_000;
const HEALTH_LIMIT_MS = 2_000;

/** Where services put work to be done later. It commits or rolls back with the transaction of the em. */
export interface Queue {
  send(em: EntityManager, job: string, data: object, options?: { startAfterSeconds?: number }): Promise<void>;
}

/**
 * Of these values, those that no job waiting or at work carries under the given name: their job was given up or lost.
 */
export async function findUnqueued(
  em: EntityManager,
  job: string,
  field: string,
  values: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ value: string }>`
    select w.value from unnest(${values as string[]}::text[]) w(value)
    where not exists (select 1 from pgboss.job j where j.name = ${job} and j.data ->> ${field}::text = w.value
      and j.state in ('created', 'retry', 'active'))`.execute(database(em));
  return rows.map((row) => row.value);
}

export interface JobOptions {
  /** How many jobs of this kind one instance works on at once. */
  concurrency: number;
  /** Tries after the first before a job is given up. */
  retries: number;
  retryDelaySeconds: number;
  /** After this a job still running is taken to be dead. */
  expireSeconds: number;
}

export interface JobRun<T> {
  data: T;
  /** True when no try follows if this one throws. */
  lastTry: boolean;
  /** Fires when the process wants to stop: return to the queue what can be returned. */
  signal: AbortSignal;
}

const queues = new Set<JobQueue>();
gauge(
  'queue_jobs',
  'Jobs of the queue, of all instances, as counted every few seconds.',
  ['queue', 'state'],
  async (jobs) => {
    for (const queue of queues) {
      for (const { name, waiting, active } of await queue.depths()) {
        jobs.set({ queue: name, state: 'waiting' }, waiting);
        jobs.set({ queue: name, state: 'active' }, active);
      }
    }
  },
);

/** The queue on pg-boss: at least once. That things happen once is the business of unique keys and the settlement. */
export class JobQueue implements Queue {
  readonly #boss: PgBoss;
  readonly #pool: Pool;
  readonly #stopping = new AbortController();
  #started = false;
  #names: string[] = [];

  constructor(
    databaseUrl: string,
    private readonly log: Logger,
    answerLimitMs = ANSWER_LIMIT_MS,
  ) {
    this.#pool = createPool({ url: databaseUrl, connections: CONNECTIONS, limitMs: answerLimitMs });
    this.#pool.on('error', (error) => this.log.warn({ err: error.message }, 'connection of the queue lost'));
    this.#boss = new PgBoss({
      db: { executeSql: (text, values) => this.#pool.query(text, values) },
      schema: 'pgboss',
      superviseIntervalSeconds: WATCH_SECONDS,
      monitorIntervalSeconds: WATCH_SECONDS,
      maintenanceIntervalSeconds: 60,
      schedule: false,
    });
    queues.add(this);
    this.#boss.on('error', (error) => this.log.error({ err: error }, 'queue error'));
  }

  /** Whether the queue's own connections reach the database: asked of them, with a limit of 2 s. */
  async isHealthy(): Promise<boolean> {
    if (!this.#started) return false;
    const timer = new AbortController();
    const tooLate = sleep(HEALTH_LIMIT_MS, false, { signal: timer.signal, ref: false }).catch(() => false);
    const asked = this.#pool.query('select 1').then(
      () => true,
      () => false,
    );
    return Promise.race([asked, tooLate]).finally(() => timer.abort());
  }

  async start(jobs: Record<string, JobOptions>): Promise<void> {
    await this.#boss.start();
    for (const [name, options] of Object.entries(jobs)) {
      const queue = {
        heartbeatSeconds: HEARTBEAT_SECONDS,
        retryLimit: options.retries,
        retryDelay: options.retryDelaySeconds,
        retryBackoff: true,
        expireInSeconds: options.expireSeconds,
      };
      await this.#boss.createQueue(name, queue);
      await this.#boss.updateQueue(name, queue);
    }
    this.#names = Object.keys(jobs);
    this.#started = true;
  }

  async work<T extends object>(
    name: string,
    options: JobOptions,
    handler: (run: JobRun<T>) => Promise<void>,
  ): Promise<void> {
    const settings = {
      pollingIntervalSeconds: POLLING_SECONDS,
      heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
      includeMetadata: true as const,
    };
    for (let worker = 0; worker < options.concurrency; worker += 1) {
      await this.#boss.work<T, void, typeof settings>(name, settings, async ([job]) => {
        if (!job) return;
        await handler({ data: job.data, lastTry: job.retryCount >= job.retryLimit, signal: this.#stopping.signal });
      });
    }
  }

  async send(
    em: EntityManager,
    job: string,
    data: object,
    options: { startAfterSeconds?: number } = {},
  ): Promise<void> {
    await this.#boss.send(job, data, {
      db: fromKysely(em.getKysely()),
      ...(options.startAfterSeconds ? { startAfter: options.startAfterSeconds } : {}),
    });
  }

  /** How many jobs wait and are at work, by name; null when the database does not say. */
  async depths(): Promise<{ name: string; waiting: number; active: number }[]> {
    if (!this.#started) return [];
    const known = await this.#boss.getQueues(this.#names).catch(() => []);
    return known.map(({ name, queuedCount, activeCount }) => ({ name, waiting: queuedCount, active: activeCount }));
  }

  /** Lets jobs in hand come to a stop, for at most the given time. */
  async stop(timeoutMs: number): Promise<void> {
    this.#started = false;
    queues.delete(this);
    this.#stopping.abort();
    await this.#boss.stop({ graceful: true, timeout: timeoutMs });
    if (this.#pool.ending) return;
    // A connection that has gone silent is not waited for.
    await Promise.race([this.#pool.end(), sleep(HEALTH_LIMIT_MS, undefined, { ref: false })]);
  }
}
