import type { ChildProcess } from 'node:child_process';
import { EmbeddedPostgresError, refuseIfRunning } from './postmaster-pid.js';
import { stopWatched } from './watched-process.js';

export interface Listeners {
  /** Told when the server ended by itself and was started again. */
  onRestart?: () => void;
  /** Told when the server ended by itself and is not started again: a second time, or because that failed. */
  onGone?: (error: EmbeddedPostgresError) => void;
}

export interface StartedServer {
  server: ChildProcess;
  /** Resolves when the server has ended. */
  ended: Promise<unknown>;
}

/**
 * Starts a server, and again once when it ends by itself.
 * @returns what stops it
 */
export async function keepRunning(
  start: () => Promise<StartedServer>,
  data: string,
  { onRestart, onGone }: Listeners,
): Promise<() => Promise<void>> {
  let running = await start();
  let stopping = false;
  let restarting: Promise<unknown> = Promise.resolve();
  const gone = (why: string) =>
    onGone?.(new EmbeddedPostgresError(`The embedded PostgreSQL in ${data} has ended by itself ${why}.`));
  const restart = async () => {
    if (stopping) return;
    // Its lock file names a process that is gone.
    refuseIfRunning(data);
    running = await start();
    onRestart?.();
    void running.ended.then(() => stopping || gone('for the second time'));
  };
  void running.ended.then(() => {
    restarting = restart().catch((error: Error) => gone(`and could not be started again: ${error.message}`));
  });
  return async () => {
    stopping = true;
    await restarting;
    await stopWatched(running.server);
  };
}
