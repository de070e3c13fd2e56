import { findLastJobSlot } from '../src/infra/job-slot.sql.js';
import { calculatePayouts, PAYOUT_CALCULATION } from '../src/payout/payout.service.js';
import type { ScheduledJob } from './job.js';

/** Tells clippers that they can be paid. */
export const payoutCalculation = (schedule: string): ScheduledJob => ({
  name: PAYOUT_CALCULATION,
  schedule,
  tick: calculatePayouts,
  async catchUp(em, deps, slot) {
    const last = await findLastJobSlot(em, PAYOUT_CALCULATION);
    if (last && last < slot) await calculatePayouts(em, deps, slot);
  },
  async call(em, deps) {
    await calculatePayouts(em, deps);
    return undefined;
  },
});
