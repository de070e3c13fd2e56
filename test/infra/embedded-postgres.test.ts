import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/infra/embedded-postgres/embedded-postgres.js';
import { until } from '../support/until.js';

let directory: string;
beforeEach(() => {
  directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-pg-')), 'closed', 'data');
  fs.mkdirSync(path.dirname(directory), { mode: 0o700 });
});
afterEach(() => fs.rmSync(path.dirname(path.dirname(directory)), { recursive: true, force: true }));

const FAST = { fsync: 'off' };
const start = () => startEmbeddedPostgres({ directory, serverSettings: FAST });

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A process that starts the database and then does nothing, to be killed. */
async function startElsewhere(): Promise<{ child: ChildProcess; url: string }> {
  const built = path.join(
    import.meta.dirname,
    '..',
    '..',
    'dist',
    'src',
    'infra',
    'embedded-postgres',
    'embedded-postgres.js',
  );
  const script = `import { startEmbeddedPostgres } from ${JSON.stringify(built)}; const own = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)}, serverSettings: { fsync: 'off' } }); console.log(own.url); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
  return { child, url };
}

const pidFile = () => path.join(directory, 'postgres', 'postmaster.pid');
const gone = (file: string) => until(`${file} is gone`, () => !fs.existsSync(file));

test('first start, stop and later start: what was written is there, below a folder that only its owner can enter', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  expect(fs.existsSync(pidFile())).toBe(false);
  const later = await start();
  expect(await query(later.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await later.stop();
});

test('another instance on the same folder is refused, with the folder, the process and the port', async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(
    new RegExp(`Another instance is using ${directory}/postgres \\(process \\d+, port ${new URL(first.url).port}\\)`),
  );
  expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await first.stop();
});

test('after kill -9 of the process the server goes by itself, and the next start finds all that was committed', async () => {
  const { child, url } = await startElsewhere();
  await query(url, 'create table kept as select 42 as answer');
  child.kill('SIGKILL');
  expect(await gone(pidFile())).toBe(true);
  const later = await start();
  expect(await query(later.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await later.stop();
});

test('a stale lock file, of a process that is gone or has become another program, is no obstacle', async () => {
  await (await start()).stop();
  for (const pid of [2 ** 22 - 3, process.pid]) {
    fs.writeFileSync(pidFile(), `${pid}\n${directory}\n0\n5432\n`);
    await (await start()).stop();
  }
});

test('what an interrupted first start left behind is made anew', async () => {
  fs.mkdirSync(path.join(directory, 'postgres.new', 'base'), { recursive: true });
  fs.mkdirSync(path.join(directory, 'postgres', 'base'), { recursive: true });
  const own = await start();
  expect(await query(own.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await own.stop();
});

test('a database whose password file is gone is not deleted but refused', async () => {
  await (await start()).stop();
  fs.rmSync(path.join(directory, 'postgres-password'));
  await expect(start()).rejects.toThrow('postgres-password is gone');
  expect(fs.existsSync(path.join(directory, 'postgres', 'PG_VERSION'))).toBe(true);
});

test('a folder that cannot be written is refused with what to do', async () => {
  fs.writeFileSync(directory, 'a file where the folder should be');
  await expect(start()).rejects.toThrow(/DATA_DIR .* cannot be written .*: choose another folder/);
});

const postmaster = () => parseInt(fs.readFileSync(pidFile(), 'utf8'), 10);

test('a server that is killed is started again once, at the same address; a second time is told', async () => {
  let tellRestarted: () => void = () => undefined;
  const restarted = new Promise<void>((resolve) => (tellRestarted = resolve));
  let tellGone: (error: Error) => void = () => undefined;
  const gone = new Promise<Error>((resolve) => (tellGone = resolve));
  const own = await startEmbeddedPostgres({
    directory,
    serverSettings: FAST,
    onRestart: tellRestarted,
    onGone: tellGone,
  });
  await query(own.url, 'create table kept as select 42 as answer');
  process.kill(postmaster(), 'SIGKILL');
  // What stands in the way is told, not waited for.
  expect(await Promise.race([restarted, gone])).toBeUndefined();
  expect(await query(own.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  process.kill(postmaster(), 'SIGKILL');
  expect((await gone).message).toContain('has ended by itself for the second time');
  await own.stop();
});

test('a server that is stopped is not started again', async () => {
  const told: string[] = [];
  const onRestart = () => told.push('restarted');
  const onGone = () => told.push('gone');
  const own = await startEmbeddedPostgres({ directory, serverSettings: FAST, onRestart, onGone });
  await own.stop();
  expect(await gone(pidFile())).toBe(true);
  expect(told).toEqual([]);
});
