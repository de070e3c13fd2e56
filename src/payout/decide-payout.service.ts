import { byApi, recordAudit } from '../audit/audit.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId, newId } from '../infra/identifier.js';
import { type SealKeys, sealKeysOf } from '../infra/security/encryption.js';
import { type Notice, notify } from '../notification/notification.service.js';
import { conflict, notFound } from '../shared/errors.js';
import { formatMoney } from '../shared/money.js';
import { findSuspended, lockUsers } from '../user/user.sql.js';
import { Payout } from './payout.entity.js';
import { PayoutRequestStatus } from './payout.enums.js';
import { checkNote, checkTransactionId, requireChange, requireOthers } from './payout.rules.js';
import { findRequestId } from './payout.sql.js';
import { requirePayable } from './payout-details.service.js';
import { approvedNotice, completedNotice, rejectedNotice, returnedNotice } from './payout-notices.rules.js';
import { PayoutRequest } from './payout-request.entity.js';

type Given = Pick<Deps, 'clock' | 'settings'>;

interface Decision {
  em: EntityManager;
  request: PayoutRequest;
  now: Date;
  currency: string;
  keys: SealKeys;
}

/**
 * Decides on a request under the lock of its clipper's row: of two decisions at once the second sees the first.
 * @throws NOT_FOUND, FORBIDDEN one's own
 * @see docs/domain.md P1, P2, U3
 */
async function decide(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  id: string,
  decision: (decision: Decision) => Promise<void>,
): Promise<PayoutRequest> {
  const requestId = isId(id) ? await findRequestId(em.fork(), id) : null;
  if (!requestId) throw notFound('PayoutRequest');
  return inTransaction(em, async (transaction) => {
    const { clipperId } = await transaction.findOneOrFail(PayoutRequest, requestId);
    await lockUsers(transaction, [clipperId]);
    const request = await transaction.findOneOrFail(PayoutRequest, requestId, { refresh: true });
    requireOthers(request, viewer);
    const { CURRENCY: currency } = deps.settings;
    await decision({ em: transaction, request, now: deps.clock.now(), currency, keys: sealKeysOf(deps.settings) });
    return request;
  });
}

/**
 * The change itself, who made it, and the notification of its clipper. The audit holds neither details nor the note.
 * @see docs/domain.md V4, U7, P6
 */
async function change(
  { em, request, now }: Decision,
  viewer: Viewer,
  to: { status: PayoutRequestStatus; note?: string; transactionId?: string },
  notice: Notice,
): Promise<void> {
  const before = { status: request.status };
  const amount = formatMoney(request.amount);
  Object.assign(request, { status: to.status, processedAt: now, note: to.note ?? request.note });
  recordAudit(em, {
    actor: byApi(viewer.id),
    action: `payout-request.${to.status.toLowerCase()}`,
    subjectType: 'PayoutRequest',
    subjectId: request.id,
    before,
    after: { status: to.status, transactionId: to.transactionId, amount },
    at: now,
  });
  await em.flush();
  await notify(em, [{ ...notice, userId: request.clipperId }], now);
}

async function requireActive({ em, request }: Decision): Promise<void> {
  const suspended = await findSuspended(em, [request.clipperId]);
  if (suspended.length > 0) throw conflict('Its clipper is suspended: the request can only be rejected.');
}

/**
 * PENDING -> APPROVED.
 * @throws NOT_FOUND, FORBIDDEN one's own, CONFLICT also when a digest does not match
 * @see docs/domain.md P2, U1, F4
 */
export function approvePayoutRequest(em: EntityManager, deps: Given, viewer: Viewer, id: string) {
  return decide(em, deps, viewer, id, async (decision) => {
    const { request, currency, keys } = decision;
    requireChange(request, PayoutRequestStatus.APPROVED);
    requirePayable(request, keys);
    await requireActive(decision);
    await change(decision, viewer, { status: PayoutRequestStatus.APPROVED }, approvedNotice(request, currency));
  });
}

/**
 * PENDING or APPROVED -> REJECTED: the amount is available again.
 * @throws BAD_USER_INPUT no note; NOT_FOUND, FORBIDDEN one's own, CONFLICT
 * @see docs/domain.md P2
 */
export function rejectPayoutRequest(em: EntityManager, deps: Given, viewer: Viewer, id: string, given: string) {
  const note = checkNote(given);
  return decide(em, deps, viewer, id, async (decision) => {
    const { request, currency } = decision;
    requireChange(request, PayoutRequestStatus.REJECTED);
    const to = { status: PayoutRequestStatus.REJECTED, note };
    await change(decision, viewer, to, rejectedNotice(request, note, currency));
  });
}

/**
 * APPROVED -> COMPLETED, with the payment that was made. Safe to repeat: the same transaction id again changes nothing.
 * @throws BAD_USER_INPUT; NOT_FOUND, FORBIDDEN one's own; CONFLICT another id, an id of another payout, or a digest
 * that does not match
 * @see docs/domain.md P3, F4
 */
export function completePayoutRequest(em: EntityManager, deps: Given, viewer: Viewer, id: string, given: string) {
  const transactionId = checkTransactionId(given);
  return decide(em, deps, viewer, id, async (decision) => {
    const { request, now, currency, keys } = decision;
    const paid = await decision.em.findOne(Payout, { requestId: request.id });
    if (paid?.transactionId === transactionId) return;
    if (paid) throw conflict('The payout request was completed with another transactionId.');
    requireChange(request, PayoutRequestStatus.COMPLETED);
    requirePayable(request, keys);
    await requireActive(decision);
    await insertPayout(decision, transactionId, now);
    const to = { status: PayoutRequestStatus.COMPLETED, transactionId };
    await change(decision, viewer, to, completedNotice(request, transactionId, currency));
  });
}

/** Two requests completed with one id at once: the unique key lets one of them through. */
async function insertPayout({ em, request }: Decision, transactionId: string, paidAt: Date): Promise<void> {
  const { id: requestId, clipperId, amount, method } = request;
  const taken = conflict(`The transactionId belongs to another ${method} payout.`);
  if (await em.findOne(Payout, { method, transactionId })) throw taken;
  em.persist(em.create(Payout, { id: newId(), requestId, clipperId, amount, method, transactionId, paidAt }));
  await em.flush().catch((error: unknown) => {
    throw (error as { constraint?: string }).constraint === 'payout_transaction_unique' ? taken : error;
  });
}

/**
 * COMPLETED -> RETURNED: the payment came back, the money is the clipper's again.
 * @param id of the payout or of its request
 * @throws BAD_USER_INPUT no note; NOT_FOUND, FORBIDDEN one's own, CONFLICT
 * @see docs/domain.md P2
 */
export function returnPayout(em: EntityManager, deps: Given, viewer: Viewer, id: string, given: string) {
  const note = checkNote(given);
  return decide(em, deps, viewer, id, async (decision) => {
    const { request, now, currency } = decision;
    requireChange(request, PayoutRequestStatus.RETURNED);
    const payout = await decision.em.findOneOrFail(Payout, { requestId: request.id });
    payout.returnedAt = now;
    const to = { status: PayoutRequestStatus.RETURNED, note };
    await change(decision, viewer, to, returnedNotice(request, note, currency));
  });
}
