import type { Deps } from '../src/infra/context.js';
import type { EntityManager } from '../src/infra/database.js';
import type { JobOptions, JobRun } from '../src/infra/queue.js';

/** A job of the timetable. */
export interface ScheduledJob {
  /** Its name in the log and in /cron/<name>. */
  name: string;
  /** Cron syntax, seconds allowed, UTC; "off" for never. */
  schedule: string;
  /** Calls one service function. */
  start(em: EntityManager, deps: Deps, tick: Tick): Promise<unknown>;
}

/** What started a job: a tick of the schedule, with the instant it stands for. */
export interface Tick {
  slot: Date;
}

/** A job of the queue. */
export interface QueuedJob {
  name: string;
  options: JobOptions;
  /** Calls one service function. */
  work(em: EntityManager, deps: Deps, run: JobRun<Record<string, unknown>>): Promise<void>;
}
