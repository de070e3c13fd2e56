import fs from 'node:fs';
import path from 'node:path';

/** The embedded database cannot be started here; the message says what stands in the way and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** A server that is at work in a folder. */
export interface RunningServer {
  pid: number;
  /** Null while it is still starting. */
  port: number | null;
}

/**
 * The server that is using a folder, if any; removes a lock file left behind.
 * A lock file is stale when its process is gone, a zombie, or has become another program.
 */
export function findRunning(data: string): RunningServer | undefined {
  const lock = path.join(data, 'postmaster.pid');
  if (!fs.existsSync(lock)) return undefined;
  const lines = fs.readFileSync(lock, 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (isLivePostgres(pid)) return { pid, port: Number(lines[3]?.trim()) || null };
  fs.rmSync(lock, { force: true });
  return undefined;
}

/**
 * Refuses a folder whose server is running.
 * @throws EmbeddedPostgresError
 */
export function refuseIfRunning(data: string): void {
  const running = findRunning(data);
  if (!running) return;
  throw new EmbeddedPostgresError(
    `Another instance is using ${data} (process ${running.pid}, port ${running.port ?? 'unknown'}): stop it, choose another DATA_DIR, or set DATABASE_URL for both.`,
  );
}

function isLivePostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    const [, command, state] = /\((.*)\) (\S)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return state !== 'Z' && command === 'postgres';
  } catch {
    if (process.platform === 'linux') return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
