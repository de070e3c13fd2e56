import { isOpen } from '../../campaign/campaign.rules.js';
import { lockCampaign } from '../../campaign/campaign.service.js';
import type { Deps } from '../../infra/context.js';
import type { EntityManager } from '../../infra/database/database.js';
import { databaseNow } from '../../infra/database/database-clock.js';
import { inTransaction } from '../../infra/database/transaction.js';
import { notifyAdmins } from '../../notification/notification.service.js';
import { keepBought } from '../../tracking/carried-batch.sql.js';
import { publishProgress } from '../../tracking/progress.service.js';
import { deleteBatches } from '../../tracking/settled-batches.sql.js';
import { RoundStatus } from '../../tracking/tracking.enums.js';
import { finishRunIfDone } from '../../tracking/tracking.sql.js';
import { TrackingRound } from '../../tracking/tracking-round.entity.js';
import { givenUpNotice } from '../earnings-notices.rules.js';
import { lockRound } from './round-lock.js';
import { roundsEnded } from './settlement.service.js';

type Given = Pick<Deps, 'clock' | 'log'>;

const REASON_LENGTH_LIMIT = 500;

/**
 * Gives a round up after errors that did not pass. Nothing is written of its readings; what was bought for them waits
 * for the campaign's next round.
 * @throws RoundTakenOver
 * @see docs/domain.md T12
 */
export async function failRound(
  em: EntityManager,
  deps: Given,
  { roundId, epoch }: { roundId: string; epoch: number },
  reason: string,
): Promise<void> {
  const { campaignId } = await em.fork().findOneOrFail(TrackingRound, roundId);
  await inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, campaignId);
    const round = await lockRound(transaction, roundId, epoch);
    if (!round) return;
    const now = await databaseNow(transaction, deps.clock);
    Object.assign(round, { status: RoundStatus.FAILED, reason: reason.slice(0, REASON_LENGTH_LIMIT), finishedAt: now });
    await transaction.flush();
    if (isOpen(campaign.status)) await keepBought(transaction, roundId);
    else await deleteBatches(transaction, roundId);
    await notifyAdmins(transaction, givenUpNotice(round, campaign.title), now);
    await finishRunIfDone(transaction, round.runId, now);
    await publishProgress(transaction, round.runId);
  });
  roundsEnded.inc({ status: RoundStatus.FAILED });
  deps.log.error({ roundId, reason, cause: 'round' }, 'round failed');
}
