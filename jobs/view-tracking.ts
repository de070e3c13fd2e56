import type { Deps } from '../src/infra/context.js';
import type { EntityManager } from '../src/infra/database.js';
import { startRun } from '../src/tracking/run.service.js';
import { RunTrigger } from '../src/tracking/tracking.enums.js';
import type { Tick } from './job.js';

/** Plans a tracking run for the tick's slot. */
export const viewTracking = (em: EntityManager, deps: Deps, { slot }: Tick) =>
  startRun(em, deps, RunTrigger.SCHEDULE, slot);
