import cron, { type ScheduledTask } from 'node-cron';
import { ConfigError } from '../src/infra/config.js';
import type { Deps } from '../src/infra/context.js';
import type { EntityManager, MikroORM } from '../src/infra/database.js';
import type { JobQueue } from '../src/infra/queue.js';
import type { ScheduledJob } from './job.js';
import { queuedJobs, timetable } from './timetable.js';

const OFF = 'off';

/** @throws ConfigError a schedule is not cron syntax */
export function checkSchedules(jobs: readonly ScheduledJob[]): void {
  for (const job of jobs) {
    if (job.schedule === OFF || cron.validate(job.schedule)) continue;
    throw new ConfigError(
      `The schedule of ${job.name} is wrong ("${job.schedule}"): it must be cron syntax such as "0 */4 * * *", or off.`,
    );
  }
}

/** Makes the queues, with their options as they are now. */
export async function startQueue(queue: JobQueue, deps: Deps): Promise<void> {
  await queue.start(Object.fromEntries(queuedJobs(deps.settings).map((job) => [job.name, job.options])));
}

/** Begins to work off the queue. */
export async function startWorkers(queue: JobQueue, orm: MikroORM, deps: Deps): Promise<void> {
  for (const job of queuedJobs(deps.settings)) {
    await queue.work<Record<string, unknown>>(job.name, job.options, (run) => job.work(orm.em.fork(), deps, run));
  }
}

/** Starts the schedule of this process. Whatever runs twice because several processes have one is made once by its service. */
export function startSchedule(orm: MikroORM, deps: Deps): { stop(): Promise<void> } {
  const jobs = timetable(deps.settings);
  checkSchedules(jobs);
  const tasks: ScheduledTask[] = jobs
    .filter((job) => job.schedule !== OFF)
    .map((job) =>
      cron.schedule(job.schedule, ({ date }) => tick(job, orm.em.fork(), deps, date), {
        timezone: 'Etc/UTC',
        name: job.name,
        noOverlap: true,
        suppressMissedWarning: true,
      }),
    );
  return {
    async stop() {
      for (const task of tasks) await task.destroy();
    },
  };
}

async function tick(job: ScheduledJob, em: EntityManager, deps: Deps, date: Date): Promise<void> {
  const slot = new Date(date);
  slot.setUTCMilliseconds(0);
  try {
    await job.start(em, deps, { slot });
  } catch (error) {
    deps.log.error({ err: error, job: job.name, slot }, 'scheduled job failed');
  }
}
