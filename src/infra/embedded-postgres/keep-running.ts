import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
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

/** How often a start is tried again, every 500 ms: what was killed may still be leaving memory and port. */
const TRIES = 10;

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
  const restart = async (tries: number): Promise<void> => {
    if (stopping) return;
    try {
      // Its lock file names a process that is gone.
      refuseIfRunning(data);
      running = await start();
    } catch (error) {
      if (tries === 1) throw error;
      await setTimeout(500);
      return restart(tries - 1);
    }
    onRestart?.();
    void running.ended.then(() => stopping || gone('for the second time'));
  };
  void running.ended.then(() => {
    restarting = restart(TRIES).catch((error: Error) => gone(`and could not be started again: ${error.message}`));
  });
  return async () => {
    stopping = true;
    await restarting;
    await stopWatched(running.server);
  };
}
