import { catchUpSchedule, startHttpRun, startScheduledRun } from '../src/tracking/run.service.js';
import type { ScheduledJob } from './job.js';

/** Plans tracking runs. */
export const viewTracking = (schedule: string): ScheduledJob => ({
  name: 'view-tracking',
  schedule,
  tick: startScheduledRun,
  catchUp: catchUpSchedule,
  call: startHttpRun,
});
