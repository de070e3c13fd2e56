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
import { findBrowser } from './chromium.mjs';

const TEMPLATE = 'clipledger_template';

/** One PostgreSQL for all test files (DATABASE_URL's, or an embedded one without its durability), and a migrated template to clone. */
export default async function globalSetup({ testPathPatterns }) {
  await prepareBrowser(testPathPatterns.patterns);
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

const BROWSER_TESTS = path.join(import.meta.dirname, '..', 'browser');

/** Says where there is no browser: those tests are skipped then, and where CI is set the run fails. */
async function prepareBrowser(patterns) {
  const files = fs.readdirSync(BROWSER_TESTS).map((name) => path.join(BROWSER_TESTS, name));
  if (patterns.length > 0 && !patterns.some((each) => files.some((file) => new RegExp(each).test(file)))) return;
  try {
    process.env.TEST_BROWSER = JSON.stringify(await findBrowser());
  } catch (error) {
    if (process.env.CI) throw new Error(`The browser tests cannot run: ${error.message}`);
    process.stderr.write(`The browser tests are skipped, since no browser starts: ${error.message}\n`);
  }
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
