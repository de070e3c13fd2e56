import { CONSISTENCY_CHECK, checkScheduled } from '../src/proof/consistency.service.js';
import { slottedJob } from './slotted-job.js';

/** Checks every law, and tells admins of one that is broken. */
export const consistencyCheck = (schedule: string) =>
  slottedJob({ name: CONSISTENCY_CHECK, schedule, inBackground: true }, checkScheduled);
