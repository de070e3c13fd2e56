import type { Deps } from '../src/infra/context.js';
import type { EntityManager } from '../src/infra/database/database.js';
import { findLastJobSlot } from '../src/infra/queue/job-slot.sql.js';
import type { ScheduledJob } from './job.js';

/**
 * A job whose service takes the slot of a tick, so that one instance does it. A missed slot is made up for; a call of
 * an outside scheduler has none.
 * @param work with the slot to take, or without one for a call
 */
export const slottedJob = (
  job: Pick<ScheduledJob, 'name' | 'schedule' | 'inBackground'>,
  work: (em: EntityManager, deps: Deps, slot?: Date) => Promise<unknown>,
): ScheduledJob => ({
  ...job,
  tick: work,
  async catchUp(em, deps, slot) {
    const last = await findLastJobSlot(em, job.name);
    if (last && last < slot) await work(em, deps, slot);
  },
  async call(em, deps) {
    await work(em, deps);
    return undefined;
  },
});
