import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { isId, newId } from '../infra/identifier.js';
import { seal, sealKeysOf, unsealOrOpen } from '../infra/security/encryption.js';
import { notify, notifyAdminsLatest } from '../notification/notification.service.js';
import { dayAround } from '../shared/clock.js';
import { conflict, notFound } from '../shared/errors.js';
import { type Micros, smallestCoin } from '../shared/money.js';
import { requireNotErased } from '../user/user.service.js';
import { lockUsers } from '../user/user.sql.js';
import { type PayoutMethod, PayoutRequestStatus } from './payout.enums.js';
import {
  checkAmount,
  checkDetails,
  checkIdempotencyKey,
  requireChange,
  requireCovered,
  requireRequestsLeft,
} from './payout.rules.js';
import { countCancelledSince } from './payout.sql.js';
import { digestsOf, requireDigests } from './payout-digest.rules.js';
import { cancelledNotice, requestedNotice } from './payout-notices.rules.js';
import { PayoutRequest } from './payout-request.entity.js';
import { findUserFigures } from './user-figures.sql.js';

type Given = Pick<Deps, 'clock' | 'settings'>;

export interface PayoutInput {
  amount: Micros;
  method: PayoutMethod;
  details: string;
  idempotencyKey?: string | null;
}

/**
 * Asks for a payout. Whoever repeats a call with its key gets the request that it made.
 * @throws BAD_USER_INPUT, CONFLICT (a request is open, or the key was used for another input), INSUFFICIENT_BALANCE,
 *   RATE_LIMITED (too many were cancelled today)
 * @see docs/domain.md P1, P4, P6
 */
export async function requestPayout(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  input: PayoutInput,
): Promise<PayoutRequest> {
  const idempotencyKey = checkIdempotencyKey(input.idempotencyKey);
  const { CURRENCY, PAYOUT_MINIMUM } = deps.settings;
  const keys = sealKeysOf(deps.settings);
  const coin = smallestCoin(CURRENCY);
  return inTransaction(em, async (transaction) => {
    await lockUsers(transaction, [viewer.id]);
    await requireNotErased(transaction, viewer.id);
    const known = idempotencyKey && (await findRepeated(transaction, deps, viewer, { ...input, idempotencyKey }));
    if (known) return known;
    checkAmount(input.amount, { minimum: PAYOUT_MINIMUM, coin });
    const details = checkDetails(input.method, input.details);
    requireCovered(input.amount, await balanceOf(transaction, viewer.id));
    const id = newId();
    const now = deps.clock.now();
    const { start, secondsLeft } = dayAround(now);
    requireRequestsLeft(await countCancelledSince(transaction, viewer.id, start), secondsLeft);
    const bound = {
      id,
      clipperId: viewer.id,
      amount: input.amount,
      method: input.method,
      sealedDetails: seal(details, id, keys),
    };
    const request = transaction.create(PayoutRequest, {
      ...bound,
      ...digestsOf(bound, keys),
      coin,
      status: PayoutRequestStatus.PENDING,
      idempotencyKey,
      requestedAt: now,
    });
    transaction.persist(request);
    await transaction.flush();
    await notifyAdminsLatest(transaction, requestedNotice(request, CURRENCY), viewer.id, now);
    return request;
  });
}

/** @throws CONFLICT the key was used for another input */
async function findRepeated(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  input: PayoutInput & { idempotencyKey: string },
): Promise<PayoutRequest | null> {
  const { idempotencyKey, amount, method } = input;
  const known = await em.findOne(PayoutRequest, { clipperId: viewer.id, idempotencyKey });
  if (!known) return null;
  const same = known.amount === amount && known.method === method && hasDetails(known, deps, normal(input.details));
  if (!same) throw conflict('This idempotencyKey was used for another input: a new request needs a new key.');
  return known;
}

const normal = (details: string) => details.normalize('NFC').trim();

/** Only compares: what is compared need not be shown, so also a request stored before there was a key is recognised. */
function hasDetails(request: PayoutRequest, { settings }: Given, details: string): boolean {
  return unsealOrOpen(request.sealedDetails, request.id, sealKeysOf(settings)) === details;
}

/** A clipper's balance, read under the lock of their row. */
async function balanceOf(em: EntityManager, clipperId: string): Promise<{ available: Micros; open: Micros }> {
  const [figures] = await findUserFigures(em, [clipperId]);
  return { available: figures?.availableBalance ?? 0n, open: figures?.pendingPayouts ?? 0n };
}

/**
 * Takes back one's own request while it is PENDING.
 * @throws NOT_FOUND, CONFLICT
 * @see docs/domain.md P2, P6
 */
export async function cancelPayoutRequest(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  id: string,
): Promise<PayoutRequest> {
  if (!isId(id)) throw notFound('PayoutRequest');
  return inTransaction(em, async (transaction) => {
    await lockUsers(transaction, [viewer.id]);
    const request = await transaction.findOne(PayoutRequest, { id, clipperId: viewer.id });
    if (!request) throw notFound('PayoutRequest');
    requireChange(request, PayoutRequestStatus.CANCELLED);
    requireDigests(request, sealKeysOf(deps.settings));
    const now = deps.clock.now();
    Object.assign(request, { status: PayoutRequestStatus.CANCELLED, processedAt: now });
    await transaction.flush();
    const notice = cancelledNotice(request, deps.settings.CURRENCY);
    await notifyAdminsLatest(transaction, notice, viewer.id, now);
    if (!viewer.admin) await notify(transaction, [{ ...notice, userId: viewer.id }], now);
    return request;
  });
}
