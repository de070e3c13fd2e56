import { AD_INSIGHTS, refreshAll } from '../src/adinsights/refresh.service.js';
import { findLastJobSlot } from '../src/infra/job-slot.sql.js';
import type { ScheduledJob } from './job.js';

/** Fetches advertising figures. */
export const adInsights = (schedule: string): ScheduledJob => ({
  name: AD_INSIGHTS,
  schedule,
  inBackground: true,
  tick: refreshAll,
  async catchUp(em, deps, slot) {
    const last = await findLastJobSlot(em, AD_INSIGHTS);
    if (last && last < slot) await refreshAll(em, deps, slot);
  },
  async call(em, deps) {
    await refreshAll(em, deps);
    return undefined;
  },
});
