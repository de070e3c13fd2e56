import { recordAuditAtMostHourly } from '../audit/audit.sql.js';
import type { RequestContext } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { defineRequestLoader } from '../infra/graphql/loader.js';
import { SealError, type SealKeys, sealKeysOf, unseal } from '../infra/security/encryption.js';
import { conflict, notFound } from '../shared/errors.js';
import { signedIn } from '../user/access.js';
import { findSealedRequests } from './payout-details.sql.js';
import { type DigestedRequest, isErased, requireDigests } from './payout-digest.rules.js';

/** What is shown in place of details that were deleted. */
const ERASED_DETAILS = 'Erased.';

/**
 * Where to pay, for its clipper and for admins alone.
 * @throws CONFLICT a digest does not match, or the details were stored unsealed although there is a key
 * @see docs/domain.md F4
 */
export function openDetails(request: DigestedRequest, keys: SealKeys): string {
  if (isErased(request)) return ERASED_DETAILS;
  requireDigests(request, keys);
  try {
    return unseal(request.sealedDetails, request.id, keys);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw conflict(`The payout request can only be rejected, its details cannot be read. ${error.message}`);
  }
}

/**
 * Refuses to approve or pay a request whose digests do not match, or that does not say where to pay.
 * @throws CONFLICT
 * @see docs/domain.md F4
 */
export function requirePayable(request: DigestedRequest, keys: SealKeys): void {
  if (isErased(request)) throw conflict('The payout request can only be rejected: its details were erased.');
  openDetails(request, keys);
}

/**
 * The details of payout requests, read when they are asked for and never with a list. What an admin reads of others is
 * audited before it is shown.
 * @see docs/domain.md F4, V4
 */
export const detailsOfRequest = defineRequestLoader<string, string | Error>(
  'payout details',
  async (em, ids, context) => {
    const viewer = signedIn(context);
    const requests = new Map((await findSealedRequests(em, ids)).map((request) => [request.id, request]));
    const others = [...requests.values()].filter((request) => request.clipperId !== viewer.id);
    if (others.length > 0) await recordReads(em, context, viewer.id, others);
    const keys = sealKeysOf(context.deps.settings);
    return ids.map((id) => {
      const request = requests.get(id);
      if (!request) return notFound('PayoutRequest');
      try {
        return openDetails(request, keys);
      } catch (error) {
        return error as Error;
      }
    });
  },
);

async function recordReads(
  em: EntityManager,
  { deps }: Pick<RequestContext, 'deps'>,
  actorId: string,
  requests: readonly DigestedRequest[],
): Promise<void> {
  await inTransaction(em, (transaction) =>
    recordAuditAtMostHourly(transaction, {
      actorId,
      action: 'payout-request.details-read',
      subjectType: 'PayoutRequest',
      subjectIds: requests.map((request) => request.id),
      at: deps.clock.now(),
    }),
  );
}
