import { catchUpSchedule, startHttpRun, startScheduledRun } from '../src/tracking/run.service.js';
import { VIEW_TRACKING } from '../src/tracking/tracking-slot.sql.js';
import type { ScheduledJob } from './job.js';

/** Plans tracking runs. */
export const viewTracking = (schedule: string): ScheduledJob => ({
  name: VIEW_TRACKING,
  schedule,
  tick: startScheduledRun,
  catchUp: catchUpSchedule,
  call: startHttpRun,
});
