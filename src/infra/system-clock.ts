import type { Clock } from '../shared/clock.js';

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };
