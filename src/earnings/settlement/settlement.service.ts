import { SCHEDULE } from '../../audit/audit.service.js';
import type { Campaign } from '../../campaign/campaign.entity.js';
import { CompletionReason } from '../../campaign/campaign.enums.js';
import { isOpen } from '../../campaign/campaign.rules.js';
import { lockCampaign } from '../../campaign/campaign.service.js';
import { spentOf } from '../../campaign/campaign.sql.js';
import { CampaignEventType } from '../../campaign/campaign-event.entity.js';
import { recordCampaignEvent } from '../../campaign/campaign-event.service.js';
import type { Deps } from '../../infra/context.js';
import type { EntityManager } from '../../infra/database/database.js';
import { databaseNow } from '../../infra/database/database-clock.js';
import { inTransaction } from '../../infra/database/transaction.js';
import { failpoint } from '../../infra/failpoint.js';
import { newId } from '../../infra/identifier.js';
import { counter } from '../../infra/observability/metrics.js';
import { notify, notifyAdmins } from '../../notification/notification.service.js';
import { partsWithin } from '../../shared/batching.js';
import { addMs, MINUTE_MS } from '../../shared/clock.js';
import { formatMoney, type Micros, sumMoney } from '../../shared/money.js';
import { publishProgress } from '../../tracking/progress.service.js';
import { countBatches, deleteBatches, insertReadings } from '../../tracking/settled-batches.sql.js';
import { AbandonCause, RoundStatus } from '../../tracking/tracking.enums.js';
import { finishRunIfDone } from '../../tracking/tracking.sql.js';
import { TrackingRound } from '../../tracking/tracking-round.entity.js';
import { givenUpNotice, suspectNotice, unavailableNotice } from '../earnings-notices.rules.js';
import { endCampaign } from '../ending/ending.service.js';
import { publishSettled } from './campaign-settled.service.js';
import { digestOf } from './ledger.sql.js';
import { lockRound } from './round-lock.js';
import { addToTally, afterReading, type Decision, decideRound, emptyTally, type Tally } from './settlement.rules.js';
import {
  allowTime,
  countBudgetWaits,
  findClipOwners,
  findRoundClips,
  payClips,
  type SettledClip,
} from './settlement.sql.js';

export const roundsEnded = counter('rounds_total', 'Tracking rounds that have ended, by how.', ['status']);

type Given = Pick<Deps, 'clock' | 'settings' | 'log'>;

/** The outcome of a round. */
export interface SettledRound {
  round: TrackingRound;
  /** Whether its run ended with it. */
  runFinished: boolean;
  chainHead: string | null;
}

export interface SettlementTerms {
  /** The run has taken too long: the round is abandoned with what it has. */
  timeIsUp?: boolean;
  /** Under which the round was taken by whoever settles it; none for the calendar, which may always. */
  epoch?: number;
}

/** After this instant a round that is not read is abandoned with what it has. @see docs/domain.md T12 */
export const deadlineOf = (round: Pick<TrackingRound, 'plannedAt'>, settings: Given['settings']) =>
  addMs(round.plannedAt, settings.TRACKING_RUN_MAX_MINUTES * MINUTE_MS);

/**
 * Makes a round's readings into earnings: one transaction under the campaign's lock, a number of statements that does
 * not depend on its clips. Doing it twice changes nothing: the second finds the round done.
 * @throws RoundTakenOver
 * @returns null when the round was done before
 * @see docs/domain.md T6, T9-T12
 */
export async function settleRound(
  em: EntityManager,
  deps: Given,
  roundId: string,
  { timeIsUp = false, epoch }: SettlementTerms = {},
): Promise<SettledRound | null> {
  const planned = await em.fork().findOneOrFail(TrackingRound, roundId);
  const settled = await inTransaction(em, async (transaction) => {
    await allowTime(transaction);
    const campaign = await lockCampaign(transaction, planned.campaignId);
    const round = await lockRound(transaction, roundId, epoch);
    if (!round) return null;
    const now = await databaseNow(transaction, deps.clock);
    if (timeIsUp && now < deadlineOf(round, deps.settings)) return null;
    const parts = new RoundClips(transaction, roundId, deps.settings.TRACKING_BATCH_SIZE);
    const tally = await tallyOf(parts, deps);
    const spent = await spentOf(transaction, campaign.id);
    const decision = decideRound(tally, {
      campaignIsOpen: isOpen(campaign.status),
      timeIsUp,
      remaining: campaign.budget - spent,
      budgetWaits: await countBudgetWaits(transaction, campaign.id),
    });
    const chainHead = await write(transaction, deps, { campaign, round, parts, tally, decision, spent, now });
    await notifyOfRound(transaction, { campaign, round, tally, now });
    await deleteBatches(transaction, roundId);
    await transaction.flush();
    const runFinished = await finishRunIfDone(transaction, round.runId, now);
    await publishProgress(transaction, round.runId);
    if (!decision.abandon) await publishSettled(transaction, campaign.id, round.id);
    failpoint('before-commit');
    return { round, chainHead, runFinished };
  });
  if (settled) roundsEnded.inc({ status: settled.round.status });
  return settled;
}

/** So many clips at a time, or memory would grow with the round. */
const CLIPS_AT_A_TIME = 2_000;

/**
 * The clips of a round with their outcomes, part by part; a round that is one part is read once, whoever asks again.
 */
class RoundClips {
  #only: SettledClip[] | undefined;

  constructor(
    private readonly em: EntityManager,
    private readonly roundId: string,
    private readonly batchSize: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<SettledClip[]> {
    if (this.#only) {
      yield this.#only;
      return;
    }
    const last = await countBatches(this.em, this.roundId);
    const step = partsWithin(CLIPS_AT_A_TIME, this.batchSize);
    for (let first = 1; first <= last; first += step) {
      const part = await findRoundClips(this.em, this.roundId, { first, last: first + step - 1 });
      if (last <= step) this.#only = part;
      yield part;
    }
  }
}

/** What a round comes to. Its clips are read again when they are written: memory does not grow with the round. */
async function tallyOf(parts: RoundClips, deps: Given): Promise<Tally> {
  const tally = emptyTally();
  for await (const clips of parts) addToTally(tally, clips, deps.settings.TRACKING_MAX_FAILURES);
  return tally;
}

/** Writes readings and clips, whether or not money moves, and with them what is paid. */
async function writeClips(
  em: EntityManager,
  deps: Given,
  ids: { roundId: string; eventId: string },
  { parts, decision, now }: Pick<Settlement, 'parts' | 'decision' | 'now'>,
): Promise<void> {
  const shares = new Map(decision.shares.map((share) => [share.clipId, share]));
  for await (const clips of parts) {
    await insertReadings(em, ids.roundId, clips);
    const paid = clips.map((clip) => ({
      ...afterReading(clip, deps.settings.TRACKING_MAX_FAILURES),
      share: shares.get(clip.clipId) ?? null,
    }));
    await payClips(em, ids, paid, now);
  }
}

interface Settlement {
  campaign: Campaign;
  round: TrackingRound;
  parts: RoundClips;
  tally: Tally;
  decision: Decision;
  /** Before this round. */
  spent: Micros;
  now: Date;
}

async function write(em: EntityManager, deps: Given, settlement: Settlement): Promise<string> {
  const { campaign, round, tally, decision, now } = settlement;
  const eventId = newId();
  await writeClips(em, deps, { roundId: round.id, eventId }, settlement);
  const paid = sumMoney(decision.shares.map((share) => share.amount));
  Object.assign(round, {
    status: decision.abandon ? RoundStatus.ABANDONED : RoundStatus.SETTLED,
    abandonCause: decision.abandon?.cause ?? null,
    reason: decision.abandon?.reason ?? null,
    startedAt: round.startedAt ?? now,
    finishedAt: now,
    clipsSucceeded: tally.succeeded,
    clipsFailed: tally.total - tally.succeeded,
    earningsAdded: paid,
  });
  const { hash: head } = await recordCampaignEvent(em, campaign, {
    id: eventId,
    type: decision.abandon ? CampaignEventType.ROUND_ABANDONED : CampaignEventType.ROUND_SETTLED,
    content: {
      roundId: round.id,
      clips: tally.total,
      cause: round.abandonCause,
      paid: paid.toString(),
      entries: await digestOf(em, eventId),
    },
    // Every clip of a round has a reading so far.
    clipsWithoutReading: [],
    at: now,
  });
  if (decision.abandon) return head;
  campaign.recordedSpent = settlement.spent + paid;
  const reason = endReason(settlement, paid);
  if (reason) await endCampaign(em, campaign, { reason, actor: SCHEDULE, settings: deps.settings, now });
  round.campaignCompleted = reason !== null;
  return campaign.chainHead ?? head;
}

/**
 * A settled round ends its campaign when the budget is full, or when it was the last one after the deadline.
 * @see docs/domain.md C6
 */
function endReason({ campaign, round, spent }: Settlement, paid: Micros): CompletionReason | null {
  if (spent + paid === campaign.budget) return CompletionReason.BUDGET_FILLED;
  return campaign.endsAt !== null && round.plannedAt >= campaign.endsAt ? CompletionReason.DEADLINE : null;
}

/**
 * Clippers whose clip cannot be read any more, and admins where something wants looking at.
 * @see docs/domain.md T6-T8
 */
async function notifyOfRound(
  em: EntityManager,
  { campaign, round, tally, now }: Pick<Settlement, 'campaign' | 'round' | 'tally' | 'now'>,
): Promise<void> {
  const lost = tally.lost.length > 0 ? await findClipOwners(em, tally.lost) : [];
  const notices = lost.map((clip) => ({ ...unavailableNotice(clip, campaign.title), userId: clip.clipperId }));
  await notify(em, notices, now);
  if (tally.suspects > 0) await notifyAdmins(em, suspectNotice(campaign, tally.suspects), now);
  if (round.status === RoundStatus.ABANDONED && round.abandonCause !== AbandonCause.CAMPAIGN_NOT_OPEN)
    await notifyAdmins(em, givenUpNotice(round, campaign.title), now);
}

/** Describes the outcome of a round for operators, in one line. */
export function describeRound({ round, chainHead }: SettledRound): Record<string, unknown> {
  return {
    runId: round.runId,
    roundId: round.id,
    campaignId: round.campaignId,
    status: round.status,
    reason: round.reason,
    read: `${round.clipsSucceeded}/${round.clipsSucceeded + round.clipsFailed}`,
    earned: formatMoney(round.earningsAdded),
    campaignCompleted: round.campaignCompleted,
    chainHead,
  };
}
