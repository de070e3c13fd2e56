import { Campaign } from '../campaign/campaign.entity.js';
import { EarningEntry } from '../earnings/settlement/earning-entry.entity.js';
import type { Settings } from '../infra/config.js';
import type { EntityManager } from '../infra/database/database.js';
import { newId } from '../infra/identifier.js';
import { seal, sealKeysOf } from '../infra/security/encryption.js';
import { Payout } from '../payout/payout.entity.js';
import { PayoutRequestStatus } from '../payout/payout.enums.js';
import { checkTransactionId } from '../payout/payout.rules.js';
import { digestsOf } from '../payout/payout-digest.rules.js';
import { PayoutRequest } from '../payout/payout-request.entity.js';
import { chunk } from '../shared/batching.js';
import { smallestCoin } from '../shared/money.js';
import { Clip } from '../submission/clip.entity.js';
import { ClipSubmission } from '../submission/clip-submission.entity.js';
import { TrackingRound } from '../tracking/tracking-round.entity.js';
import { TrackingRun } from '../tracking/tracking-run.entity.js';
import { ViewTracking } from '../tracking/view-tracking.entity.js';
import { Role, User } from '../user/user.entity.js';
import { cleanName, IMPORTED_SUBJECT } from '../user/user.rules.js';
import { findImported, findUsersLike, insertChains } from './import.sql.js';
import type { ImportPlan } from './import-plan.js';
import type { ImportRow, ImportRows } from './import-rows.rules.js';

const PART = 1_000;

export async function insertAll(
  em: EntityManager,
  entity: { new (): object },
  rows: Record<string, unknown>[],
): Promise<void> {
  for (const part of chunk(rows, PART)) await em.insertMany(entity as never, part as never);
}

/**
 * One who has signed in here with the same subject is that user, and one who was imported before; all others are joined
 * by their e-mail later.
 */
export async function writeUsers(
  em: EntityManager,
  rows: ImportRow<'users'>[],
  now: Date,
): Promise<Map<string, string>> {
  const known = await findUsersLike(
    em,
    rows.flatMap((row) => row.subject ?? []),
    [],
  );
  const idOf = new Map(known.map((user) => [user.subject, user.id]));
  const imported = await findImported(
    em,
    'users',
    rows.map((row) => row.id),
  );
  const knownId = (row: ImportRow<'users'>) => imported.get(row.id) ?? idOf.get(row.subject ?? '');
  const ids = new Map(rows.map((row) => [row.id, knownId(row) ?? newId()]));
  const fresh = rows.filter((row) => !knownId(row));
  const users = fresh.map((row) => ({
    id: ids.get(row.id),
    subject: row.subject ?? `${IMPORTED_SUBJECT}${ids.get(row.id)}`,
    email: row.email,
    givenName: row.name && cleanName(row.name),
    role: Role.CLIPPER,
    createdAt: row.created_at ?? now,
    suspendedAt: row.suspended_at,
  }));
  await insertAll(em, User, users);
  return ids;
}

export async function writePlan(em: EntityManager, plan: ImportPlan, runId: string, now: Date): Promise<void> {
  await insertAll(em, Campaign, plan.campaigns);
  await insertAll(em, ClipSubmission, plan.submissions);
  const run = { id: runId, trigger: 'MANUAL', status: 'SUCCEEDED', startedAt: now, finishedAt: now, error: null };
  if (plan.rounds.length > 0) await insertAll(em, TrackingRun, [run]);
  await insertAll(em, TrackingRound, plan.rounds);
  await insertAll(em, Clip, plan.clips);
  await insertAll(em, ViewTracking, plan.readings);
  await insertAll(em, EarningEntry, plan.entries);
  await insertChains(em, plan.events, now);
}

const NO_NOTE = 'Imported without a note.';

/**
 * A payout without a request gets one: a payout is the payment of a request.
 * @returns the ids of the requests: those that were given, and those that were made, by method and transaction id
 * @see docs/domain.md P3
 */
export async function writePayouts(
  em: EntityManager,
  settings: Pick<Settings, 'CURRENCY' | 'DATA_ENCRYPTION_KEY' | 'DATA_ENCRYPTION_OLD_KEYS'>,
  rows: ImportRows,
  userIds: ReadonlyMap<string, string>,
  now: Date,
): Promise<{ given: Map<string, string>; made: Map<string, string> }> {
  const coin = smallestCoin(settings.CURRENCY);
  const { PENDING, COMPLETED, RETURNED, REJECTED } = PayoutRequestStatus;
  const ids = new Map(rows['payout-requests'].map((row) => [row.id, newId()]));
  const noteOf = new Map(rows.payouts.map((row) => [row.request_id, row.note]));
  const keys = sealKeysOf(settings);
  const requests: Record<string, unknown>[] = rows['payout-requests'].map((row) => {
    const id = ids.get(row.id) as string;
    const { amount, method, status } = row;
    const requestedAt = row.requested_at ?? now;
    const told = row.note ?? noteOf.get(row.id) ?? null;
    const note = told ?? (status === REJECTED || status === RETURNED ? NO_NOTE : null);
    const processedAt = status === PENDING ? null : (row.processed_at ?? requestedAt);
    const clipperId = userIds.get(row.user_id) as string;
    const bound = { id, clipperId, amount, method, sealedDetails: seal(row.details, id, keys) };
    return {
      ...bound,
      ...digestsOf(bound, keys),
      coin,
      status,
      note,
      idempotencyKey: null,
      requestedAt,
      processedAt,
    };
  });
  const made = new Map<string, string>();
  const payouts = rows.payouts.map((row) => {
    const { amount, method, paid_at: paidAt, returned_at: returnedAt } = row;
    const transactionId = checkTransactionId(row.transaction_id);
    const clipperId = userIds.get(row.user_id) as string;
    const requestId = row.request_id ? (ids.get(row.request_id) as string) : newId();
    if (!row.request_id) {
      made.set(`${method} ${transactionId}`, requestId);
      const status = returnedAt ? RETURNED : COMPLETED;
      const note = row.note ?? (returnedAt ? NO_NOTE : null);
      const sealedDetails = seal('Imported: not known.', requestId, keys);
      const bound = { id: requestId, clipperId, amount, method, sealedDetails };
      requests.push({
        ...bound,
        ...digestsOf(bound, keys),
        coin,
        status,
        note,
        idempotencyKey: null,
        requestedAt: paidAt,
        processedAt: paidAt,
      });
    }
    return { id: newId(), requestId, clipperId, amount, method, transactionId, paidAt, returnedAt };
  });
  await insertAll(em, PayoutRequest, requests);
  await insertAll(em, Payout, payouts);
  return { given: ids, made };
}
