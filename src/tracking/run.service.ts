import { CampaignStatus } from '../campaign/campaign.enums.js';
import { lockCampaign } from '../campaign/campaign.service.js';
import { lockCampaignRows } from '../campaign/campaign.sql.js';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database.js';
import { isId, newId } from '../infra/identifier.js';
import { inTransaction } from '../infra/transaction.js';
import { conflict } from '../shared/errors.js';
import { formatMoney } from '../shared/money.js';
import { type Candidate, planRun } from './plan.rules.js';
import { RunStatus, RunTrigger } from './tracking.enums.js';
import { findCandidates, findHoldingRun, findRuns, insertBatches, insertRounds } from './tracking.sql.js';
import { TrackingRun } from './tracking-run.entity.js';

type Given = Pick<Deps, 'clock' | 'queue' | 'settings' | 'log'>;

/** The queue's job for one round; its data is `{ roundId }`. */
export const ROUND_JOB = 'track-round';

/**
 * Plans a run over all campaigns that could get a round, and puts its rounds on the queue in the same transaction.
 * @param slot the scheduled instant; a slot makes one run, over all instances
 * @returns the run, or null when the slot is taken or a scheduled run is still going
 * @see docs/domain.md T1, T2, T13
 */
export async function startRun(
  em: EntityManager,
  deps: Given,
  trigger: RunTrigger,
  slot: Date | null = null,
): Promise<TrackingRun | null> {
  const now = deps.clock.now();
  return inTransaction(em, async (transaction) => {
    if (slot && (await isSkipped(transaction, deps, slot))) return null;
    const candidates = await findCandidates(transaction, now);
    const planned = planRun(candidates, deps.settings.TRACKING_MAX_CLIPS_PER_RUN, now);
    await lockCampaignRows(
      transaction,
      planned.map((candidate) => candidate.campaignId),
    );
    return makeRun(transaction, deps, { trigger, slot, now }, planned);
  });
}

async function isSkipped(em: EntityManager, deps: Given, slot: Date): Promise<boolean> {
  const going = await em.findOne(TrackingRun, { status: RunStatus.RUNNING, slot: { $ne: null } });
  if (going) deps.log.info({ slot, runId: going.id }, 'tick skipped: a scheduled run is still going');
  return going !== null || (await em.findOne(TrackingRun, { slot })) !== null;
}

/**
 * Starts a round of one campaign now, whatever the allowance.
 * @returns its run, or the run that holds the campaign's unfinished round
 * @throws NOT_FOUND, CONFLICT not ACTIVE, or without a clip to read
 * @see docs/domain.md T13
 */
export async function startRunOfCampaign(em: EntityManager, deps: Given, campaignId: string): Promise<TrackingRun> {
  const now = deps.clock.now();
  return inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, campaignId);
    const holding = await findHoldingRun(transaction, campaignId);
    if (holding) return holding;
    const candidates = await findCandidates(transaction, now, campaignId);
    if (candidates.length > 0)
      return makeRun(transaction, deps, { trigger: RunTrigger.MANUAL, slot: null, now }, candidates);
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
  { trigger, slot, now }: { trigger: RunTrigger; slot: Date | null; now: Date },
  planned: Candidate[],
): Promise<TrackingRun> {
  const run = em.create(TrackingRun, { id: newId(), trigger, slot, status: RunStatus.RUNNING, startedAt: now });
  em.persist(run);
  await em.flush();
  const rounds = await insertRounds(
    em,
    run.id,
    planned.map(({ campaignId }) => ({ id: newId(), campaignId })),
    now,
  );
  await insertBatches(
    em,
    rounds.map((round) => round.id),
    deps.settings.TRACKING_BATCH_SIZE,
    now,
  );
  for (const round of rounds) {
    const candidate = planned.find(({ campaignId }) => campaignId === round.campaignId);
    await deps.queue.send(em, ROUND_JOB, { roundId: round.id });
    deps.log.info(
      { runId: run.id, roundId: round.id, campaignId: round.campaignId },
      `planned ${candidate?.title}: ${candidate?.liveClips} clips, ${formatMoney(candidate?.remaining ?? 0n)} remaining`,
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
