import { findLastJobSlot } from '../src/infra/job-slot.sql.js';
import { CONSISTENCY_CHECK, checkConsistency, checkScheduled } from '../src/proof/consistency.service.js';
import type { ScheduledJob } from './job.js';

/** Checks every law, and tells admins of one that is broken. */
export const consistencyCheck = (schedule: string): ScheduledJob => ({
  name: CONSISTENCY_CHECK,
  schedule,
  inBackground: true,
  tick: checkScheduled,
  async catchUp(em, deps, slot) {
    const last = await findLastJobSlot(em, CONSISTENCY_CHECK);
    if (last && last < slot) await checkScheduled(em, deps, slot);
  },
  async call(em, deps) {
    await checkConsistency(em, deps);
    return undefined;
  },
});
