import { workRound } from '../src/earnings/round.service.js';
import type { Deps } from '../src/infra/context.js';
import type { EntityManager } from '../src/infra/database.js';
import type { JobRun } from '../src/infra/queue.js';

/** Reads and settles one round. */
export const trackRound = (em: EntityManager, deps: Deps, { data, signal, lastTry }: JobRun<Record<string, unknown>>) =>
  workRound(em, deps, { roundId: String(data.roundId), signal, lastTry });
