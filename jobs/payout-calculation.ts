import { calculatePayouts, PAYOUT_CALCULATION } from '../src/payout/announce-payouts.service.js';
import { slottedJob } from './slotted-job.js';

/** Tells clippers that they can be paid. */
export const payoutCalculation = (schedule: string) =>
  slottedJob({ name: PAYOUT_CALCULATION, schedule }, calculatePayouts);
