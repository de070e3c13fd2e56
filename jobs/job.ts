import type { Deps } from '../src/infra/context.js';
import type { EntityManager } from '../src/infra/database/database.js';
import type { JobOptions, JobRun } from '../src/infra/queue/queue.js';

/** A job of the timetable. Every instance starts it; its service makes it happen once. */
export interface ScheduledJob {
  /** Its name in the log and in /cron/<name>. */
  name: string;
  /** Cron syntax, seconds allowed, UTC; "off" for never. */
  schedule: string;
  /** A tick of the schedule, with the instant it stands for. Calls one service function. */
  tick(em: EntityManager, deps: Deps, slot: Date): Promise<unknown>;
  /** At the start of a process, when the slot given may have been missed. */
  catchUp?(em: EntityManager, deps: Deps, slot: Date): Promise<unknown>;
  /** It may take longer than a caller waits: a call is answered while it goes on. */
  inBackground?: boolean;
  /** A call of an outside scheduler; answers the id of the run it started, if it is one. */
  call(em: EntityManager, deps: Deps): Promise<{ id: string } | undefined>;
}

/** A job of the queue. */
export interface QueuedJob {
  name: string;
  options: JobOptions;
  /** Calls one service function. */
  work(em: EntityManager, deps: Deps, run: JobRun<Record<string, unknown>>): Promise<void>;
}
