import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import pg from 'pg';
import { ormOptions } from '../../mikro-orm.config.js';
import { connectDatabase, type MikroORM } from '../../src/infra/database/database.js';
import { createLogger } from '../../src/infra/observability/logger.js';

export interface TestDatabase {
  url: string;
  orm: MikroORM;
  /** Statements sent by the application while `work` ran. */
  countStatements(work: () => Promise<unknown>): Promise<number>;
  /** As a superuser would, past the application. */
  query<R extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  drop(): Promise<void>;
}

/** A database of the test file's own, cloned from the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_SERVER_URL ?? '';
  const name = `t_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name} template ${process.env.TEST_TEMPLATE}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return openTestDatabase(url.href, url.href, () => onServer(server, `drop database ${name} with (force)`));
}

/** A database that there is already, for an application that signs in at `url`; `superUrl` is a superuser's way to it. */
export async function openTestDatabase(
  url: string,
  superUrl: string,
  drop: () => Promise<void>,
): Promise<TestDatabase> {
  let statements = 0;
  const orm = await connectDatabase(ormOptions, {
    url,
    poolSize: 8,
    log: createLogger('error'),
    onStatement: (text) => {
      statements += 1;
      // For test/deployment/keep-statements.mjs.
      if (process.env.RECORD_STATEMENTS) fs.appendFileSync(process.env.RECORD_STATEMENTS, `${JSON.stringify(text)}\n`);
    },
  });
  const pool = new pg.Pool({ connectionString: superUrl, max: 2 });
  pool.on('error', () => undefined);
  return {
    url,
    orm,
    async countStatements(work) {
      const before = statements;
      await work();
      return statements - before;
    },
    async query<R extends pg.QueryResultRow>(sql: string, values?: unknown[]) {
      return (await pool.query<R>(sql, values)).rows;
    },
    async drop() {
      await pool.end();
      await orm.close();
      await drop();
    },
  };
}

/** Sends statements to a database. */
export async function onServer(server: string, sql: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
