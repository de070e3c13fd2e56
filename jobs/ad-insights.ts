import { AD_INSIGHTS, refreshAll } from '../src/adinsights/refresh.service.js';
import { slottedJob } from './slotted-job.js';

/** Fetches advertising figures. */
export const adInsights = (schedule: string) =>
  slottedJob({ name: AD_INSIGHTS, schedule, inBackground: true }, refreshAll);
