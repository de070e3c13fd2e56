import { SCHEDULE } from '../../audit/audit.service.js';
import { CompletionReason } from '../../campaign/campaign.enums.js';
import { lockCampaign, startScheduledCampaign } from '../../campaign/campaign.service.js';
import type { Deps } from '../../infra/context.js';
import type { EntityManager } from '../../infra/database/database.js';
import { databaseNow } from '../../infra/database/database-clock.js';
import { inTransaction } from '../../infra/database/transaction.js';
import { findUnqueued } from '../../infra/queue/queue.js';
import { addMs, MINUTE_MS, SECOND_MS } from '../../shared/clock.js';
import { ROUND_JOB } from '../../tracking/run.service.js';
import { TrackingRound } from '../../tracking/tracking-round.entity.js';
import { describeRound, settleRound } from '../settlement/settlement.service.js';
import { findDueEnds, findDueStarts, findUnfinishedRounds, isDueToEnd } from './campaign-dates.sql.js';
import { endCampaign } from './ending.service.js';

type Given = Pick<Deps, 'clock' | 'settings' | 'log' | 'queue'>;

/** A little after the round's own deadline, so that whoever works on it comes first. */
const GRACE_MS = 2 * MINUTE_MS;
/** A round planned within this is not looked for. */
const SETTLING_IN_MS = 5 * SECOND_MS;

/**
 * Applies the dates of campaigns. Every instance does it every minute: starts, ends without a last round, rounds that
 * nobody finishes or works on. Each is decided under the campaign's lock; one that fails does not keep the others
 * waiting.
 * @see docs/domain.md C1, C6, T12
 */
export async function followDates(em: EntityManager, deps: Given): Promise<void> {
  const now = deps.clock.now();
  const latest = addMs(now, -(deps.settings.TRACKING_RUN_MAX_MINUTES * MINUTE_MS + GRACE_MS));
  await each(deps, await findDueStarts(em, now), (id) => startScheduledCampaign(em, deps, id));
  await each(deps, await findUnfinishedRounds(em, latest), (id) => abandonOverdue(em, deps, id));
  await each(deps, await findDueEnds(em, now), (id) => endOverdue(em, deps, id));
  const lost = await findUnqueued(
    em,
    ROUND_JOB,
    'roundId',
    await findUnfinishedRounds(em, addMs(now, -SETTLING_IN_MS)),
  );
  await each(deps, lost, (roundId) => takeUpAgain(em, deps, roundId));
}

/**
 * A round whose job was given up, as when the database was away for all of its tries, gets a new one; one over all
 * instances.
 */
async function takeUpAgain(em: EntityManager, deps: Given, roundId: string): Promise<void> {
  await inTransaction(em, async (transaction) => {
    const { campaignId } = await transaction.findOneOrFail(TrackingRound, roundId);
    await lockCampaign(transaction, campaignId);
    if ((await findUnqueued(transaction, ROUND_JOB, 'roundId', [roundId])).length === 0) return;
    await deps.queue.send(transaction, ROUND_JOB, { roundId });
    deps.log.warn({ roundId }, 'restarted a round that had no job');
  });
}

async function each(deps: Given, ids: string[], act: (id: string) => Promise<unknown>): Promise<void> {
  for (const id of ids) {
    await act(id).catch((error: unknown) => deps.log.error({ err: error, id }, 'the date changes of campaigns failed'));
  }
}

async function abandonOverdue(em: EntityManager, deps: Given, roundId: string): Promise<void> {
  const settled = await settleRound(em, deps, roundId, { timeIsUp: true });
  if (settled) deps.log.warn(describeRound(settled), 'overdue round abandoned');
}

/** Ends a campaign past its deadline on what has been settled: decided by the database's clock, under the lock. */
async function endOverdue(em: EntityManager, deps: Given, id: string): Promise<void> {
  const ended = await inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, id);
    const now = await databaseNow(transaction, deps.clock);
    if (!(await isDueToEnd(transaction, id, now))) return false;
    await endCampaign(transaction, campaign, {
      reason: CompletionReason.DEADLINE,
      actor: SCHEDULE,
      settings: deps.settings,
      now,
    });
    return true;
  });
  if (ended) deps.log.info({ campaignId: id }, 'campaign ended at its deadline');
}
