import { type Actor, byApi, recordAudit } from '../../audit/audit.service.js';
import type { Campaign } from '../../campaign/campaign.entity.js';
import { CampaignStatus, CompletionReason } from '../../campaign/campaign.enums.js';
import { isOpen, requireTransition } from '../../campaign/campaign.rules.js';
import { lockCampaign } from '../../campaign/campaign.service.js';
import { CampaignEventType } from '../../campaign/campaign-event.entity.js';
import { recordCampaignEvent } from '../../campaign/campaign-event.service.js';
import type { Settings } from '../../infra/config.js';
import type { Deps, Viewer } from '../../infra/context.js';
import type { EntityManager } from '../../infra/database/database.js';
import { readDatabaseClock } from '../../infra/database/database-clock.js';
import { inTransaction } from '../../infra/database/transaction.js';
import { notify } from '../../notification/notification.service.js';
import { addMs, DAY_MS, MINUTE_MS } from '../../shared/clock.js';
import { RejectionReason } from '../../submission/submission.enums.js';
import { rejectedNotice } from '../../submission/submission-notices.rules.js';
import { findLastSettled } from '../../tracking/round-pages.sql.js';
import { endedNotice } from '../earnings-notices.rules.js';
import { findApprovedClippers, fixFinalEarnings, rejectPending } from './ending.sql.js';

/** How a campaign ends: completed for a reason, or cancelled. */
export interface Ending {
  /** Null when it is cancelled. */
  reason: CompletionReason | null;
  actor: Actor;
  settings: Pick<Settings, 'CURRENCY' | 'PAYOUT_HOLD_DAYS'>;
  now: Date;
}

/**
 * Ends a campaign in the caller's transaction, under its lock: status, final earnings, pending submissions, event,
 * audit, and when its earnings become available. The end is the database's instant under that lock: a process
 * whose clock is ahead cannot end a campaign later than now. What has been settled stands.
 * @throws CONFLICT
 * @see docs/domain.md C6
 */
export async function endCampaign(
  em: EntityManager,
  campaign: Campaign,
  { reason, actor, settings, now }: Ending,
): Promise<void> {
  const status = reason ? CampaignStatus.COMPLETED : CampaignStatus.CANCELLED;
  requireTransition(campaign, status);
  const before = { status: campaign.status };
  const completedAt = await readDatabaseClock(em);
  const earningsAvailableAt = addMs(completedAt, settings.PAYOUT_HOLD_DAYS * DAY_MS);
  const wasOpen = isOpen(campaign.status);
  Object.assign(campaign, { status, completionReason: reason, completedAt, earningsAvailableAt });
  await em.flush();
  if (wasOpen) {
    await fixFinalEarnings(em, campaign.id);
    await notifyClippers(em, campaign, { reason, currency: settings.CURRENCY, now });
  }
  const settledAt = (await findLastSettled(em, campaign.id))?.finishedAt;
  const after = {
    status,
    reason,
    earningsAvailableAt,
    lastSettledMinutesAgo: settledAt ? Math.floor((now.getTime() - settledAt.getTime()) / MINUTE_MS) : null,
  };
  const event = await recordCampaignEvent(em, campaign, {
    type: CampaignEventType.ENDED,
    content: { before: before.status, after: status, reason, earningsAvailableAt },
    at: completedAt,
  });
  recordAudit(em, {
    actor,
    action: reason ? 'campaign.complete' : 'campaign.cancel',
    subjectType: 'Campaign',
    subjectId: campaign.id,
    before,
    after,
    event,
    at: now,
  });
}

/** Rejects what is pending, and tells every clipper whose submission that was or who has an approved one: in bulk. */
async function notifyClippers(
  em: EntityManager,
  campaign: Campaign,
  { reason, currency, now }: { reason: CompletionReason | null; currency: string; now: Date },
): Promise<void> {
  const why = { reason: RejectionReason.CAMPAIGN_ENDED, note: null };
  const rejected = await rejectPending(em, campaign.id, now);
  const approved = await findApprovedClippers(em, campaign.id);
  await notify(
    em,
    [
      ...rejected.map((each) => ({ ...rejectedNotice(each, campaign.title, why), userId: each.clipperId })),
      ...approved.map((each) => ({
        ...endedNotice(campaign, reason, each.earnings, currency),
        userId: each.clipperId,
      })),
    ],
    now,
  );
}

async function endByAdmin(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings'>,
  viewer: Viewer,
  id: string,
  reason: CompletionReason | null,
): Promise<Campaign> {
  const now = deps.clock.now();
  return inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, id);
    await endCampaign(transaction, campaign, {
      reason,
      actor: byApi(viewer.id),
      settings: deps.settings,
      now,
    });
    return campaign;
  });
}

/** Open -> COMPLETED (MANUAL). @throws NOT_FOUND, CONFLICT @see docs/domain.md C1, C6 */
export const completeCampaign = (
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings'>,
  viewer: Viewer,
  id: string,
) => endByAdmin(em, deps, viewer, id, CompletionReason.MANUAL);

/**
 * Anything not ended -> CANCELLED. Takes no money back: revoke first. @throws NOT_FOUND, CONFLICT
 * @see docs/domain.md C1, C6
 */
export const cancelCampaign = (em: EntityManager, deps: Pick<Deps, 'clock' | 'settings'>, viewer: Viewer, id: string) =>
  endByAdmin(em, deps, viewer, id, null);
