import { CampaignStatus } from '../campaign/campaign.enums.js';
import { lockCampaign } from '../campaign/campaign.service.js';
import { lockCampaignRows } from '../campaign/campaign.sql.js';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { databaseNow } from '../infra/database/database-clock.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId, newId } from '../infra/identifier.js';
import { notifyAdminsDaily } from '../notification/notification.service.js';
import { findReadingsOfMonth } from '../platform/source-limit.sql.js';
import { conflict } from '../shared/errors.js';
import { carryBatches } from './carried-batch.sql.js';
import { type Candidate, lateAfter, planRun } from './plan.rules.js';
import { RunStatus, RunTrigger } from './tracking.enums.js';
import { findCandidates, findHoldingRun, findRuns, insertBatches, insertRounds } from './tracking.sql.js';
import { allowanceNotice, lateNotice } from './tracking-notices.rules.js';
import { TrackingRun } from './tracking-run.entity.js';
import { claimSlot, findLastSlot, lockSchedule, recordSlotRun } from './tracking-slot.sql.js';

type Given = Pick<Deps, 'clock' | 'queue' | 'settings' | 'log'>;

/** Campaigns named in one warning. */
const LATE_LOGGED = 10;

/** The queue's job for one round; its data is `{ roundId }`. */
export const ROUND_JOB = 'track-round';

/**
 * Plans a run over all campaigns that could get a round, and puts its rounds on the queue in the same transaction.
 * @see docs/domain.md T1, T2, T15
 */
export async function startRun(em: EntityManager, deps: Given, trigger: RunTrigger): Promise<TrackingRun> {
  return inTransaction(em, (transaction) => planned(transaction, deps, trigger));
}

/**
 * What a tick of the schedule does, in however many instances it fires: the first to name the slot decides it, for a
 * run or for a skip while a scheduled run is still going.
 * @param slot the scheduled instant
 * @returns the run, or null when the slot was decided before or is skipped
 * @see docs/domain.md T13
 */
export async function startScheduledRun(em: EntityManager, deps: Given, slot: Date): Promise<TrackingRun | null> {
  return inTransaction(em, async (transaction) => {
    await lockSchedule(transaction);
    if (!(await claimSlot(transaction, slot, deps.clock))) return null;
    const going = await transaction.findOne(TrackingRun, {
      status: RunStatus.RUNNING,
      trigger: { $ne: RunTrigger.MANUAL },
    });
    if (going) {
      deps.log.warn({ slot, runId: going.id }, 'tick skipped: a scheduled run is still going');
      return null;
    }
    const run = await planned(transaction, deps, RunTrigger.SCHEDULE);
    await transaction.flush();
    await recordSlotRun(transaction, slot, run.id);
    return run;
  });
}

/**
 * Makes up for slots that passed while no instance ran: all of them by one run. Nothing when there never was a slot.
 * @param slot the newest scheduled instant that has passed
 */
export async function catchUpSchedule(em: EntityManager, deps: Given, slot: Date): Promise<TrackingRun | null> {
  const last = await findLastSlot(em);
  return last !== null && last < slot ? startScheduledRun(em, deps, slot) : null;
}

/** What an outside scheduler does: a run, or the one that is still going. @see docs/domain.md T13 */
export async function startHttpRun(em: EntityManager, deps: Given): Promise<TrackingRun> {
  return inTransaction(em, async (transaction) => {
    await lockSchedule(transaction);
    const going = await transaction.findOne(TrackingRun, {
      status: RunStatus.RUNNING,
      trigger: { $ne: RunTrigger.MANUAL },
    });
    if (going) deps.log.warn({ runId: going.id }, 'call skipped: a scheduled run is still going');
    return going ?? planned(transaction, deps, RunTrigger.HTTP);
  });
}

async function planned(em: EntityManager, deps: Given, trigger: RunTrigger): Promise<TrackingRun> {
  const now = await databaseNow(em, deps.clock);
  const candidates = await findCandidates(em, now);
  const allowance = await allowanceOf(em, deps, now);
  const plan = planRun(candidates, allowance, now);
  await warnOfDelay(em, deps, lateAfter(candidates, plan, now), now);
  await lockCampaignRows(
    em,
    plan.map((candidate) => candidate.campaignId),
  );
  return makeRun(em, deps, { trigger, now }, plan);
}

/** Clips that a run may read, and what is left of the month's allowance. @see docs/domain.md T15 */
async function allowanceOf(em: EntityManager, deps: Given, now: Date): Promise<{ perRun: number; thisMonth: number }> {
  const { APIFY_MONTHLY_READINGS: monthly, TRACKING_MAX_CLIPS_PER_RUN: perRun } = deps.settings;
  if (monthly === undefined) return { perRun, thisMonth: Number.POSITIVE_INFINITY };
  const used = await findReadingsOfMonth(em, now);
  const left = monthly > used ? monthly - used : 0n;
  if (left < BigInt(perRun)) {
    const usage = { used: String(used), monthly: String(monthly) };
    deps.log.warn(usage, `${left} readings are left of this month's allowance`);
    await notifyAdminsDaily(em, allowanceNotice(left, monthly), now);
  }
  return { perRun, thisMonth: Number(left) };
}

/** @see docs/domain.md T2 */
async function warnOfDelay(em: EntityManager, deps: Given, late: Candidate[], now: Date): Promise<void> {
  if (late.length === 0) return;
  const ids = late.slice(0, LATE_LOGGED).map((candidate) => candidate.campaignId);
  deps.log.warn(
    { campaigns: late.length, ids },
    'the plan cannot keep up: campaigns have waited over 24 h and get no round now',
  );
  await notifyAdminsDaily(em, lateNotice(late), now);
}

/**
 * Starts a round of one campaign now, whatever the allowance.
 * @returns its run, or the run that holds the campaign's unfinished round
 * @throws NOT_FOUND, CONFLICT not ACTIVE, or without a clip to read
 * @see docs/domain.md T13
 */
export async function startRunOfCampaign(em: EntityManager, deps: Given, campaignId: string): Promise<TrackingRun> {
  return inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, campaignId);
    const now = await databaseNow(transaction, deps.clock);
    const holding = await findHoldingRun(transaction, campaignId);
    if (holding) return holding;
    const candidates = await findCandidates(transaction, now, campaignId);
    if (candidates.length > 0) return makeRun(transaction, deps, { trigger: RunTrigger.MANUAL, now }, candidates);
    throw conflict(
      campaign.status === CampaignStatus.ACTIVE
        ? 'The campaign has no live clip to read.'
        : `The campaign is ${campaign.status}: a run starts while it is ACTIVE.`,
    );
  });
}

async function makeRun(
  em: EntityManager,
  deps: Given,
  { trigger, now }: { trigger: RunTrigger; now: Date },
  planned: Candidate[],
): Promise<TrackingRun> {
  const run = em.create(TrackingRun, { id: newId(), trigger, status: RunStatus.RUNNING, startedAt: now });
  em.persist(run);
  await em.flush();
  const rounds = await insertRounds(
    em,
    run.id,
    planned.map(({ campaignId }) => ({ id: newId(), campaignId })),
    now,
  );
  const roundIds = rounds.map((round) => round.id);
  await carryBatches(em, roundIds, now);
  await insertBatches(em, roundIds, deps.settings.TRACKING_BATCH_SIZE, now);
  for (const round of rounds) {
    const candidate = planned.find(({ campaignId }) => campaignId === round.campaignId);
    await deps.queue.send(em, ROUND_JOB, { roundId: round.id });
    deps.log.info(
      { runId: run.id, roundId: round.id, campaignId: round.campaignId },
      `planned ${candidate?.title}: ${candidate?.liveClips} clips`,
    );
  }
  if (rounds.length === 0) {
    run.status = RunStatus.SUCCEEDED;
    run.finishedAt = now;
    deps.log.info({ runId: run.id }, 'nothing to track');
  }
  return run;
}

/** A run as it is now. */
export async function findRun(em: EntityManager, id: string): Promise<TrackingRun | null> {
  return (isId(id) ? (await findRuns(em, [id]))[0] : null) ?? null;
}
