import { setTimeout as sleep } from 'node:timers/promises';
import cron, { type ScheduledTask } from 'node-cron';
import { ConfigError } from '../src/infra/config.js';
import type { Deps } from '../src/infra/context.js';
import type { MikroORM } from '../src/infra/database/database.js';
import type { JobQueue } from '../src/infra/queue/queue.js';
import type { ScheduledJob } from './job.js';
import { newestSlot } from './slot.rules.js';
import { queuedJobs, timetable } from './timetable.js';

const OFF = 'off';
/** A job that is going when the process stops is waited for so long; every job may be taken up again. */
const STOP_WAIT_MS = 5_000;
const EVERY_MINUTE = '* * * * *';
const UTC = { timezone: 'Etc/UTC' };

/** @throws ConfigError a schedule is not cron syntax */
export function checkSchedules(jobs: readonly Pick<ScheduledJob, 'name' | 'schedule'>[]): void {
  for (const job of jobs) {
    if (job.schedule === OFF || cron.validate(job.schedule)) continue;
    throw new ConfigError(
      `The schedule of ${job.name} is wrong ("${job.schedule}"): it must be cron syntax such as "0 */4 * * *", or off.`,
    );
  }
}

/** Makes the queues, with their options as they are now. */
export async function startQueue(queue: JobQueue, deps: Pick<Deps, 'settings'>): Promise<void> {
  await queue.start(Object.fromEntries(queuedJobs(deps.settings).map((job) => [job.name, job.options])));
}

/** Begins to work off the queue. */
export async function startWorkers(queue: JobQueue, orm: MikroORM, deps: Deps): Promise<void> {
  for (const job of queuedJobs(deps.settings)) {
    await queue.work<Record<string, unknown>>(job.name, job.options, (run) => job.work(orm.em.fork(), deps, run));
  }
}

export interface Schedule {
  stop(): Promise<void>;
}

/**
 * Starts the schedule of this process, making up first for what was missed while none ran. Every instance has one:
 * whatever they start together happens once by its service.
 */
export async function startSchedule(orm: MikroORM, deps: Deps): Promise<Schedule> {
  const jobs = timetable(deps.settings).filter((job) => job.schedule !== OFF);
  checkSchedules(jobs);
  const tasks: ScheduledTask[] = [];
  const catchUps: (() => Promise<void>)[] = [];
  for (const job of jobs) {
    const { catchUp } = job;
    const task = cron.schedule(
      job.schedule,
      () => atSlot(job, task, deps, (slot) => job.tick(orm.em.fork(), deps, slot)),
      {
        ...UTC,
        name: job.name,
        suppressMissedWarning: true,
      },
    );
    tasks.push(task);
    if (catchUp) catchUps.push(() => atSlot(job, task, deps, (slot) => catchUp(orm.em.fork(), deps, slot)));
  }
  let catchingUp: Promise<void> | undefined;
  const catchUpAll = () => {
    catchingUp ??= (async () => {
      for (const catchUp of catchUps) await catchUp();
    })().finally(() => {
      catchingUp = undefined;
    });
  };
  // What was missed may take long; nobody waits for it.
  catchUpAll();
  // A tick is lost when the process is busy, the database away, or this machine's clock a little ahead of the
  // database's.
  tasks.push(cron.schedule(EVERY_MINUTE, catchUpAll, { ...UTC, name: 'catch-up', suppressMissedWarning: true }));
  return {
    async stop() {
      for (const task of tasks) await task.destroy();
      await Promise.race([catchingUp, sleep(STOP_WAIT_MS, undefined, { ref: false })]);
    },
  };
}

/** The slot is reckoned by the given clock (the database's), not by that which made the task fire. */
async function atSlot(
  job: ScheduledJob,
  task: ScheduledTask,
  deps: Deps,
  act: (slot: Date) => Promise<unknown>,
): Promise<void> {
  const slot = newestSlot(job.schedule, (instant) => task.match(instant), deps.clock.now());
  try {
    if (slot) await act(slot);
  } catch (error) {
    deps.log.error({ err: error, job: job.name, slot }, 'scheduled job failed');
  }
}

/** Starts a job for an outside scheduler; null when there is none of that name. */
export async function callJob(name: string, orm: MikroORM, deps: Deps): Promise<{ runId: string | null } | null> {
  const job = timetable(deps.settings).find((each) => each.name === name);
  if (!job) return null;
  const called = job.call(orm.em.fork(), deps);
  if (!job.inBackground) return { runId: (await called)?.id ?? null };
  called.catch((error: unknown) => deps.log.error({ err: error, job: name }, 'called job failed'));
  return { runId: null };
}
