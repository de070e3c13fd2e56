import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts the command, then waits for the end of its own standard input and interrupts the command. */
const WATCHDOG = `"$@" & p=$!; exec 2>/dev/null; trap "" INT TERM HUP; cat >/dev/null; kill -INT $p; wait $p`;

/**
 * Runs a command that gets a fast shutdown when our end of its standard input closes; detached, so Ctrl-C does not
 * reach it.
 */
export function spawnWatched(command: string[]): ChildProcess {
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'sh', ...command], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
  });
  child.stdin?.on('error', () => undefined);
  return child;
}

/** Resolves when the command has closed its error stream, which is when it has ended. */
export function eachLine(child: ChildProcess, tell: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    const stream = child.stderr;
    if (!stream) return resolve();
    createInterface({ input: stream })
      .on('line', tell)
      .once('close', () => {
        child.stdin?.end();
        resolve();
      });
  });
}

/** Interrupts the command and resolves when it is gone. */
export function stopWatched(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.ref();
    server.once('exit', () => resolve());
    server.stdin?.end();
  });
}
