import { EntityManager, MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Kysely } from 'kysely';
import { Client, type Pool, type PoolClient } from 'pg';
import { currentRequest } from '../http/request-record.js';
import type { Logger } from '../observability/logger.js';
import { gauge } from '../observability/metrics.js';
import { openSpan } from '../observability/tracing.js';
import { LeanCamelCasePlugin } from './camel-case-plugin.js';
import { prepareStatements } from './prepared-statements.js';
import { openSessionLocks } from './session-lock.js';
import {
  ANSWER_LIMIT_MS,
  KEEP_ALIVE,
  limitServerSide,
  limitSilence,
  STATEMENT_TIMEOUT_MS,
} from './silent-connections.js';
import { describeStatement, nameStatement } from './statement-text.js';

export type { EntityManager, MikroORM };

/** Any fixed number: instances that start together agree on it, so that one of them migrates. */
const MIGRATION_LOCK = 4_711_202_611;
const LOCK_TIMEOUT_MS = 20_000;
/** A process that is frozen in a transaction keeps others waiting no longer than this. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;
const DEAD_CONNECTION_GRACE_MS = 1_000;
const OLDEST_SERVER = 150_000;

/** The database is not one that the product can run on; the message says what is accepted. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  log: Logger;
  /** How long the answer to a statement is waited for, unless its transaction allows more time. */
  answerLimitMs?: number;
  /** Called with every statement that is sent: tests count them. */
  onStatement?: (sql: string) => void;
}

/**
 * Opens a pool on the database. Every statement, lock and connection attempt has a time limit.
 * Plain SQL and Kysely answer bigint as bigint and instants as Date, as entities do.
 */
export async function connectDatabase(ormOptions: Options, options: DatabaseOptions): Promise<MikroORM> {
  const orm = await MikroORM.init({
    ...ormOptions,
    clientUrl: options.url,
    pool: { min: 0, max: options.poolSize },
    logger: (message) => options.log.debug({ source: 'mikro-orm' }, message),
    colors: false,
    driverOptions: {
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      ...KEEP_ALIVE,
      query_timeout: options.answerLimitMs ?? ANSWER_LIMIT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      onPoolCreated: (pool: Pool) => {
        readNativeTypes(pool);
        limitSilence(pool, options.answerLimitMs);
        releaseDeadConnections(pool);
        prepareStatements(pool);
        observeStatements(pool, options.onStatement);
      },
    },
  });
  openSessionLocks(orm.em.getDriver(), options.url);
  return orm;
}

const INT8 = 20;
const INT8_ARRAY = 1016;
const TIMESTAMPTZ = 1184;

interface TypeParsers {
  setTypeParser(oid: number, parse: (text: string) => unknown): void;
}

function readNativeTypes(pool: Pool): void {
  const types = (pool as unknown as { options: { types: TypeParsers } }).options.types;
  types.setTypeParser(INT8, BigInt);
  types.setTypeParser(INT8_ARRAY, (text) =>
    text === '{}'
      ? []
      : text
          .slice(1, -1)
          .split(',')
          .map((part) => (part === 'NULL' ? null : BigInt(part))),
  );
  types.setTypeParser(TIMESTAMPTZ, (text) => new Date(text));
}

/**
 * Kysely 0.29 does not give a connection back when its rollback fails, as it does on a connection that was cut: each
 * would cost a place in the pool for good. Whoever still holds a dead connection a while after its end has forgotten
 * it.
 */
function releaseDeadConnections(pool: Pool): void {
  pool.on('connect', (client: PoolClient) => {
    client.once('end', () => {
      setTimeout(() => {
        try {
          client.release(true);
        } catch {
          // It was given back in time, and says that once is enough.
        }
      }, DEAD_CONNECTION_GRACE_MS).unref();
    });
  });
}

const pools = new Set<Pool>();
gauge('database_connections', 'Connections of the pool.', ['state'], (connections) => {
  const counts = { total: 0, idle: 0, waiting: 0 };
  for (const { totalCount, idleCount, waitingCount } of pools) {
    counts.total += totalCount;
    counts.idle += idleCount;
    counts.waiting += waitingCount;
  }
  for (const [state, count] of Object.entries(counts)) connections.set({ state }, count);
});

/** Counts every statement for the request that it is sent for, and traces it. */
function observeStatements(pool: Pool, onStatement: ((sql: string) => void) | undefined): void {
  pools.add(pool);
  pool.on('remove', () => {
    if (pool.ended) pools.delete(pool);
  });
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((first: string | { text: string; values?: unknown[] }, ...rest: unknown[]) => {
      const text = typeof first === 'string' ? first : first.text;
      const request = currentRequest();
      if (request) request.statements += 1;
      onStatement?.(text);
      const { name, ...named } = nameStatement(text);
      const end = openSpan(name, {
        'db.system.name': 'postgresql',
        ...named,
        'db.query.text': describeStatement(text, first, rest),
      });
      const sent = query(first, ...rest);
      if (!end) return sent;
      if (sent instanceof Promise) sent.then(() => end(), end);
      else end();
      return sent;
    }) as typeof client.query;
  });
}

/**
 * Kysely on the em's current transaction, for reads, aggregates and bulk writes. Columns are named as in the entities.
 * @typeParam Tables the tables that the calling x.sql.ts reads, by name
 */
export function database<Tables>(em: EntityManager): Kysely<Tables> {
  const bare = em.getKysely() as unknown as Kysely<Tables>;
  const known = named.get(bare) as Kysely<Tables> | undefined;
  if (known) return known;
  const made = bare.withPlugin(camelCase);
  named.set(bare, made);
  return made;
}

/**
 * Brings the schema up to date under a lock, so that several instances may start at once.
 * @throws DatabaseError the server is older than PostgreSQL 15
 */
export async function migrate(orm: MikroORM, url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...KEEP_ALIVE });
  await client.connect();
  await limitServerSide(client);
  try {
    const { rows } = await client.query<{ version: string; name: string }>(
      "select current_setting('server_version_num') as version, current_setting('server_version') as name",
    );
    if (Number(rows[0]?.version) < OLDEST_SERVER)
      throw new DatabaseError(`PostgreSQL ${rows[0]?.name} is too old: version 15 or later is needed.`);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await orm.migrator.up();
  } finally {
    await client.end();
  }
}

/** One for the pool, and one for each transaction that is going. */
const named = new WeakMap<object, unknown>();
const camelCase = new LeanCamelCasePlugin();

/**
 * Whether the schema has every migration of this build.
 * @throws the driver's error when the database does not answer: the migrator alone would say that all are pending
 */
export async function isMigrated(orm: MikroORM): Promise<boolean> {
  await orm.em.getConnection().execute('select 1');
  return (await orm.migrator.getPending()).length === 0;
}
