import type { Settings } from '../src/infra/config.js';
import type { JobOptions } from '../src/infra/queue/queue.js';
import { ROUND_JOB } from '../src/tracking/run.service.js';
import { adInsights } from './ad-insights.js';
import { campaignDates } from './campaign-dates.js';
import { consistencyCheck } from './consistency-check.js';
import type { QueuedJob, ScheduledJob } from './job.js';
import { payoutCalculation } from './payout-calculation.js';
import { trackRound } from './track-round.js';
import { viewTracking } from './view-tracking.js';

const EVERY_MINUTE = '* * * * *';
const MINUTE_SECONDS = 60;

/** Everything that happens by the clock, with its time (cron syntax, UTC; "off" for never). */
export function timetable(settings: Settings): ScheduledJob[] {
  return [
    viewTracking(settings.TRACKING_SCHEDULE),
    campaignDates(EVERY_MINUTE),
    payoutCalculation(settings.PAYOUT_SCHEDULE),
    consistencyCheck(settings.CONSISTENCY_SCHEDULE),
    adInsights(settings.META_SCHEDULE),
  ];
}

/** Everything that is worked off the queue. */
export function queuedJobs(settings: Settings): QueuedJob[] {
  const round: JobOptions = {
    concurrency: 4,
    retries: 5,
    retryDelaySeconds: 2,
    expireSeconds: (settings.TRACKING_RUN_MAX_MINUTES + 10) * MINUTE_SECONDS,
  };
  return [{ name: ROUND_JOB, options: round, work: trackRound }];
}
