import type { EntityManager } from '../infra/database/database.js';
import { gauge } from '../infra/observability/metrics.js';
import { findSecondsSinceSettled } from './tracking.sql.js';

const age = gauge(
  'last_settled_round_age_seconds',
  'Seconds since the newest round that settled did so, over all instances; absent before the first.',
);

/** Reads how long ago a round was settled: what tells an operator that tracking stands still. */
export async function measureRounds(em: EntityManager): Promise<void> {
  const seconds = await findSecondsSinceSettled(em);
  if (seconds !== null) age.set(seconds);
}
