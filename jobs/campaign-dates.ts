import { followDates } from '../src/earnings/ending/campaign-dates.service.js';
import type { ScheduledJob } from './job.js';

/** Starts and ends campaigns by their dates, and gives up rounds that nobody finishes. */
export const campaignDates = (schedule: string): ScheduledJob => ({
  name: 'campaign-dates',
  schedule,
  tick: followDates,
  async call(em, deps) {
    await followDates(em, deps);
    return undefined;
  },
});
