import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '../../infra/database/database.js';
import { RoundTakenOver } from '../../tracking/round-epoch.sql.js';
import { TrackingRound } from '../../tracking/tracking-round.entity.js';

/**
 * The round, locked below its campaign; null when it is finished.
 * @throws RoundTakenOver
 */
export async function lockRound(em: EntityManager, roundId: string, epoch?: number): Promise<TrackingRound | null> {
  const options = { refresh: true, lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const round = await em.findOneOrFail(TrackingRound, roundId, options);
  if (round.finishedAt) return null;
  if (epoch !== undefined && round.epoch !== epoch) throw new RoundTakenOver(roundId);
  return round;
}
