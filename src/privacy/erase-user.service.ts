import { randomBytes } from 'node:crypto';
import { byApi, COMMAND, recordAudit } from '../audit/audit.service.js';
import { Campaign } from '../campaign/campaign.entity.js';
import { lockCampaignRows } from '../campaign/campaign.sql.js';
import { CampaignEventType } from '../campaign/campaign-event.entity.js';
import { recordCampaignEvent } from '../campaign/campaign-event.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId } from '../infra/identifier.js';
import { deleteRatesOf } from '../infra/security/rate-bucket.sql.js';
import { deleteNotificationsOf } from '../notification/notification.sql.js';
import { eraseRequestTexts, findLastPaidAt, findRequestIds } from '../payout/payout-details.sql.js';
import { findUserFigures, NO_USER_FIGURES } from '../payout/user-figures.sql.js';
import { forbidden, notFound } from '../shared/errors.js';
import { formatMoney, smallestCoin } from '../shared/money.js';
import { deleteReadsOf } from '../submission/baseline.sql.js';
import {
  eraseSubmissionTexts,
  findCampaignIdsOfClipper,
  withdrawPending,
} from '../submission/erase-submissions.sql.js';
import { eraseUserRow } from '../user/erased-user.sql.js';
import { identityDigest } from '../user/identity-digest.js';
import { Role, User } from '../user/user.entity.js';
import { ERASED_NAME, ERASED_SUBJECT } from '../user/user.rules.js';
import { findAdminIds, lockUsers } from '../user/user.sql.js';
import { requireErasable } from './erasure.rules.js';

type Given = Pick<Deps, 'clock' | 'settings'>;

/** Times that the locks are taken again because the user submitted to a further campaign meanwhile. */
const TRIES = 5;
const RANDOM_BYTES = 16;

/** Who erases: a user through the API, or (null) the operator's command. */
export type Eraser = Viewer | null;

/**
 * Takes everything personal about a user out of the database; ids, amounts, readings and entries stay. An erased user
 * stays erased: doing it again changes nothing.
 * @param input.forfeit gives up a balance below the minimum: it stays in the ledger
 * @throws NOT_FOUND, also for somebody else's account; FORBIDDEN no longer an admin; CONFLICT with what prevents
 *   the erasure
 * @see docs/domain.md U6, L1, L2
 */
export async function eraseUser(
  em: EntityManager,
  deps: Given,
  eraser: Eraser,
  input: { id: string; forfeit: boolean },
): Promise<string> {
  const { id } = input;
  if (eraser && !eraser.admin && eraser.id !== id) throw notFound('User');
  if (!isId(id)) throw notFound('User');
  for (let tried = 1; ; tried += 1) {
    const campaignIds = await findCampaignIdsOfClipper(em.fork(), id);
    const done = await inTransaction(em, (transaction) => eraseLocked(transaction, deps, eraser, input, campaignIds));
    if (done) return id;
    if (tried === TRIES) throw new Error('an erasure found further campaigns again and again');
  }
}

/** @returns false when the locks of `campaignIds` are not all that are needed: nothing was changed */
async function eraseLocked(
  em: EntityManager,
  deps: Given,
  eraser: Eraser,
  { id, forfeit }: { id: string; forfeit: boolean },
  campaignIds: readonly string[],
): Promise<boolean> {
  await lockCampaignRows(em, campaignIds);
  const locked = await em.find(Campaign, { id: { $in: [...campaignIds] } });
  const campaigns = new Map(locked.map((campaign) => [campaign.id, campaign]));
  await lockUsers(em, [...(await findAdminIds(em)), id]);
  const user = await em.findOne(User, id, { refresh: true });
  if (!user) throw notFound('User');
  const admins = await findAdminIds(em);
  if (eraser && eraser.id !== id && !admins.includes(eraser.id)) throw forbidden('This is for admins.');
  if (user.erasedAt) return true;
  if ((await findCampaignIdsOfClipper(em, id)).some((each) => !campaigns.has(each))) return false;
  const now = deps.clock.now();
  const [figures = NO_USER_FIGURES] = await findUserFigures(em, [id]);
  const { PAYOUT_MINIMUM, CURRENCY } = deps.settings;
  requireErasable(
    {
      ...figures,
      lastPaidAt: await findLastPaidAt(em, id),
      lastAdmin: admins.includes(id) && admins.length === 1,
    },
    {
      byOthers: eraser?.id !== id,
      forfeit,
      terms: { minimum: PAYOUT_MINIMUM, coin: smallestCoin(CURRENCY) },
      now,
    },
  );
  const withdrawn = await withdrawSubmissions(em, campaigns, id, now);
  recordAudit(em, {
    actor: eraser ? byApi(eraser.id) : COMMAND,
    action: 'user.erase',
    subjectType: 'User',
    subjectId: id,
    before: { role: user.role },
    after: { role: Role.CLIPPER, erasedAt: now, withdrawn, forfeited: formatMoney(figures.availableBalance) },
    at: now,
  });
  await em.flush();
  await eraseTexts(em, deps, user, now);
  return true;
}

/** @returns how many were withdrawn */
async function withdrawSubmissions(
  em: EntityManager,
  campaigns: ReadonlyMap<string, Campaign>,
  clipperId: string,
  at: Date,
): Promise<number> {
  const withdrawn = await withdrawPending(em, clipperId);
  for (const { id, campaignId } of withdrawn) {
    const campaign = campaigns.get(campaignId);
    if (!campaign) throw new Error('a submission of a campaign that is not locked');
    await recordCampaignEvent(em, campaign, {
      type: CampaignEventType.WITHDRAWN,
      content: { submissionId: id },
      at,
    });
  }
  for (const campaign of campaigns.values())
    await recordCampaignEvent(em, campaign, { type: CampaignEventType.ERASED, content: { clipperId }, at });
  return withdrawn.length;
}

/** Each table by its own room; the row of the user last. */
async function eraseTexts(em: EntityManager, deps: Given, user: User, now: Date): Promise<void> {
  const random = randomBytes(RANDOM_BYTES).toString('hex');
  const digest = await identityDigest(em, deps, 'erased-subject', user.subject);
  await deleteNotificationsOf(em, user.id, await findRequestIds(em, user.id));
  await deleteReadsOf(em, user.id);
  await deleteRatesOf(em, user.id);
  await eraseSubmissionTexts(em, user.id);
  await eraseRequestTexts(em, user.id);
  await eraseUserRow(
    em,
    {
      id: user.id,
      subject: `${ERASED_SUBJECT}${random}`,
      email: `${random}@erased.invalid`,
      name: ERASED_NAME,
      digest,
    },
    now,
  );
}
