import 'reflect-metadata';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ormOptions } from '../../dist/mikro-orm.config.js';
import { connectDatabase, migrate } from '../../dist/src/infra/database/database.js';
import { startEmbeddedPostgres } from '../../dist/src/infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../../dist/src/infra/observability/logger.js';
import { JobQueue } from '../../dist/src/infra/queue/queue.js';

const TEMPLATE = 'clipledger_template';

/** One PostgreSQL for all test files (DATABASE_URL's, or an embedded one without its durability), and a migrated template to clone. */
export default async function globalSetup() {
  process.env.NO_PROXY = '127.0.0.1,localhost';
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-test-'));
  const given = process.env.DATABASE_URL;
  const own = given
    ? undefined
    : await startEmbeddedPostgres({
        directory,
        serverSettings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
      });
  const server = given ?? own.url;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`drop database if exists ${TEMPLATE} with (force)`);
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  await prepare(withDatabase(server, TEMPLATE));
  process.env.TEST_SERVER_URL = server;
  process.env.TEST_TEMPLATE = TEMPLATE;
  globalThis.testServer = { own, directory };
}

async function prepare(url) {
  const log = createLogger('error');
  const orm = await connectDatabase(ormOptions, { url, poolSize: 2, log });
  await migrate(orm, url);
  await orm.close();
  const queue = new JobQueue(url, log);
  await queue.start({});
  await queue.stop(1_000);
}

function withDatabase(server, name) {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
