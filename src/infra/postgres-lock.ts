import fs from 'node:fs';
import path from 'node:path';

/** The embedded database cannot be started here; the message says what stands in the way and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/**
 * Refuses a folder whose server is running; removes a lock file left behind.
 * A lock file is stale when its process is gone, a zombie, or has become another program.
 * @throws EmbeddedPostgresError
 */
export function refuseIfRunning(data: string): void {
  const lock = path.join(data, 'postmaster.pid');
  if (!fs.existsSync(lock)) return;
  const lines = fs.readFileSync(lock, 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (!isLivePostgres(pid)) {
    fs.rmSync(lock, { force: true });
    return;
  }
  throw new EmbeddedPostgresError(
    `Another instance is using ${data} (process ${pid}, port ${lines[3]?.trim() || 'unknown'}): stop it, choose another DATA_DIR, or set DATABASE_URL for both.`,
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
