import { type Actor, byApi, recordAudit, SCHEDULE } from '../audit/audit.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { databaseNow } from '../infra/database/database-clock.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId, newId } from '../infra/identifier.js';
import { badInput, conflict, notFound } from '../shared/errors.js';
import { Campaign } from './campaign.entity.js';
import { CampaignStatus } from './campaign.enums.js';
import {
  type CampaignTerms,
  checkDates,
  checkTerms,
  describeTerms,
  publishedStatus,
  requireChangeable,
  requireTransition,
} from './campaign.rules.js';
import { lockCampaignRows, spentOf } from './campaign.sql.js';
import { CampaignEventType } from './campaign-event.entity.js';
import { recordCampaignEvent } from './campaign-event.service.js';

type Given = Pick<Deps, 'clock'>;

/**
 * Takes a campaign's lock and answers it as it is under the lock.
 * @throws NOT_FOUND
 * @see docs/domain.md L1
 */
export async function lockCampaign(em: EntityManager, id: string): Promise<Campaign> {
  if (!isId(id)) throw notFound('Campaign');
  await lockCampaignRows(em, [id]);
  const campaign = await em.findOne(Campaign, id, { refresh: true });
  if (!campaign) throw notFound('Campaign');
  return campaign;
}

/**
 * Creates a campaign as a DRAFT.
 * @throws BAD_USER_INPUT
 */
export async function createCampaign(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  input: CampaignTerms,
): Promise<Campaign> {
  const now = deps.clock.now();
  const terms = checkTerms(input);
  checkDates(terms, true, now);
  return inTransaction(em, async (transaction) => {
    const campaign = transaction.create(Campaign, {
      ...terms,
      id: newId(),
      status: CampaignStatus.DRAFT,
      createdAt: now,
    });
    transaction.persist(campaign);
    await transaction.flush();
    const event = await recordCampaignEvent(transaction, campaign, {
      type: CampaignEventType.CREATED,
      content: describeTerms(terms),
      at: now,
    });
    recordAudit(transaction, {
      actor: byApi(viewer.id),
      action: 'campaign.create',
      subjectType: 'Campaign',
      subjectId: campaign.id,
      after: describeTerms(terms),
      event,
      at: now,
    });
    return campaign;
  });
}

const CLEARABLE = new Set(['maxEarningsPerClip', 'startsAt', 'endsAt', 'adCampaignId']);

/**
 * Changes what is given; absent stays, null clears what may be null. Terms touch later submissions only (C4).
 * @throws BAD_USER_INPUT, NOT_FOUND, CONFLICT
 * @see docs/domain.md C3
 */
export async function updateCampaign(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  id: string,
  input: { [K in keyof CampaignTerms]?: CampaignTerms[K] | null },
): Promise<Campaign> {
  for (const [name, value] of Object.entries(input)) {
    if (value === null && !CLEARABLE.has(name))
      throw badInput(`input.${name}`, `${name} cannot be cleared: leave it out to keep it.`);
  }
  const given = Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  ) as Partial<CampaignTerms>;
  const change = checkTerms(given);
  const now = deps.clock.now();
  checkDates({ startsAt: change.startsAt ?? null, endsAt: change.endsAt ?? null }, change.endsAt !== undefined, now);
  return inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, id);
    requireChangeable(campaign, change, await spentOf(transaction, id));
    const before = describeTerms(
      Object.fromEntries(
        Object.keys(change).map((name) => [name, campaign[name as keyof Campaign]]),
      ) as Partial<CampaignTerms>,
    );
    Object.assign(campaign, change);
    checkDates(campaign, change.endsAt !== undefined, now);
    const after = describeTerms(change);
    const event = await recordCampaignEvent(transaction, campaign, {
      type: CampaignEventType.TERMS_CHANGED,
      content: { before, after },
      at: now,
    });
    recordAudit(transaction, {
      actor: byApi(viewer.id),
      action: 'campaign.update',
      subjectType: 'Campaign',
      subjectId: id,
      before,
      after,
      event,
      at: now,
    });
    return campaign;
  });
}

/**
 * Changes the status of a campaign that does not end by it.
 * @throws NOT_FOUND, CONFLICT
 * @see docs/domain.md C1
 */
async function changeStatus(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  id: string,
  action: string,
  statusOf: (campaign: Campaign, now: Date) => CampaignStatus,
): Promise<Campaign> {
  const now = deps.clock.now();
  return inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, id);
    await setStatus(transaction, campaign, { status: statusOf(campaign, now), actor: byApi(viewer.id), action, now });
    return campaign;
  });
}

async function setStatus(
  em: EntityManager,
  campaign: Campaign,
  { status, actor, action, now }: { status: CampaignStatus; actor: Actor; action: string; now: Date },
): Promise<void> {
  requireTransition(campaign, status);
  const before = { status: campaign.status };
  const after = { status };
  campaign.status = status;
  const content = { before: before.status, after: status };
  const event = await recordCampaignEvent(em, campaign, { type: CampaignEventType.STATUS_CHANGED, content, at: now });
  recordAudit(em, { actor, action, subjectType: 'Campaign', subjectId: campaign.id, before, after, event, at: now });
}

/** DRAFT -> ACTIVE, or SCHEDULED when its start is ahead. */
export const publishCampaign = (em: EntityManager, deps: Given, viewer: Viewer, id: string) =>
  changeStatus(em, deps, viewer, id, 'campaign.publish', (campaign, now) => {
    if (campaign.status !== CampaignStatus.DRAFT)
      throw conflict(`The campaign is ${campaign.status}: only a DRAFT can be published.`);
    return publishedStatus(campaign, now);
  });

/** SCHEDULED -> DRAFT. */
export const unpublishCampaign = (em: EntityManager, deps: Given, viewer: Viewer, id: string) =>
  changeStatus(em, deps, viewer, id, 'campaign.unpublish', () => CampaignStatus.DRAFT);

/** ACTIVE -> PAUSED. */
export const pauseCampaign = (em: EntityManager, deps: Given, viewer: Viewer, id: string) =>
  changeStatus(em, deps, viewer, id, 'campaign.pause', () => CampaignStatus.PAUSED);

/** PAUSED -> ACTIVE. */
export const resumeCampaign = (em: EntityManager, deps: Given, viewer: Viewer, id: string) =>
  changeStatus(em, deps, viewer, id, 'campaign.resume', (campaign) => {
    if (campaign.status !== CampaignStatus.PAUSED)
      throw conflict(`The campaign is ${campaign.status}: only a PAUSED one can be resumed.`);
    return CampaignStatus.ACTIVE;
  });

/**
 * SCHEDULED -> ACTIVE, when its start has come; nothing when it has not, or was changed meanwhile.
 * @see docs/domain.md C1
 */
export async function startScheduledCampaign(em: EntityManager, deps: Given, id: string): Promise<void> {
  await inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, id);
    const now = await databaseNow(transaction, deps.clock);
    if (campaign.status !== CampaignStatus.SCHEDULED || (campaign.startsAt && campaign.startsAt > now)) return;
    await setStatus(transaction, campaign, {
      status: CampaignStatus.ACTIVE,
      actor: SCHEDULE,
      action: 'campaign.start',
      now,
    });
  });
}

/**
 * Deletes a DRAFT; its events stay and end with its deletion.
 * @throws NOT_FOUND, CONFLICT anything but a DRAFT
 * @see docs/domain.md C2
 */
export async function deleteCampaign(em: EntityManager, deps: Given, viewer: Viewer, id: string): Promise<string> {
  const now = deps.clock.now();
  return inTransaction(em, async (transaction) => {
    const campaign = await lockCampaign(transaction, id);
    if (campaign.status !== CampaignStatus.DRAFT)
      throw conflict(`The campaign is ${campaign.status}: only a DRAFT can be deleted.`);
    const type = CampaignEventType.DELETED;
    const event = await recordCampaignEvent(transaction, campaign, { type, content: {}, at: now });
    recordAudit(transaction, {
      actor: byApi(viewer.id),
      action: 'campaign.delete',
      subjectType: 'Campaign',
      subjectId: id,
      before: describeTerms(campaign),
      event,
      at: now,
    });
    transaction.remove(campaign);
    return id;
  });
}
