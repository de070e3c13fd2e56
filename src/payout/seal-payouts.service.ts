import { COMMAND, recordAudit } from '../audit/audit.service.js';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { newId } from '../infra/identifier.js';
import {
  isSealedWithCurrent,
  SealError,
  type SealKeys,
  seal,
  sealKeysOf,
  unsealOrOpen,
} from '../infra/security/encryption.js';
import { IDENTITY_SECRET, sealInstallationSecret } from '../infra/security/installation-secret.sql.js';
import { isDigestOfCurrent } from '../infra/security/keyed-digest.js';
import { badInput } from '../shared/errors.js';
import { findSealedPage, updateSealed } from './payout-details.sql.js';
import { type DigestedRequest, digestProblems, digestsOf, isErased } from './payout-digest.rules.js';

const ROWS_AT_A_TIME = 500;

/** What sealing did. */
export interface Sealing {
  /** Stored open before, or sealed with an older key. */
  sealed: number;
  /** Had no digest, or one of an older key. */
  digested: number;
  /** Left as they are: a digest does not match, or the details cannot be opened. */
  refused: number;
}

type Sealed = { row: DigestedRequest; sealed: boolean; digested: boolean };

/**
 * Seals what was stored before there was a key, reseals what an older key sealed, and digests what has no digest. A
 * row whose digest does not match is left as it is. Safe to repeat and to interrupt.
 * @param tell is given a line for each request that got its first digest or was refused: a person should look at these
 * @throws BAD_USER_INPUT there is no key
 * @see docs/domain.md F4
 */
export async function sealPayoutDetails(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings'>,
  tell: (line: string) => void,
): Promise<Sealing> {
  const keys = sealKeysOf(deps.settings);
  if (!keys.current)
    throw badInput(
      'DATA_ENCRYPTION_KEY',
      'DATA_ENCRYPTION_KEY is missing: it must be 32 random bytes in base64 or hex, as made by: openssl rand -base64 32',
    );
  await sealInstallationSecret(em.fork(), keys, IDENTITY_SECRET);
  const total: Sealing = { sealed: 0, digested: 0, refused: 0 };
  for (let after: string | null = null; ; ) {
    const { done, lines, last, read } = await sealPage(em, deps, keys, after);
    total.sealed += done.sealed;
    total.digested += done.digested;
    total.refused += done.refused;
    for (const line of lines) tell(line);
    if (read < ROWS_AT_A_TIME) return total;
    after = last;
  }
}

function sealPage(em: EntityManager, deps: Pick<Deps, 'clock'>, keys: SealKeys, after: string | null) {
  return inTransaction(em, async (transaction) => {
    const rows = await findSealedPage(transaction, after, ROWS_AT_A_TIME, { lock: true });
    const lines: string[] = [];
    const changed: Sealed[] = [];
    let refused = 0;
    for (const row of rows) {
      const result = sealRow(row, keys);
      if (typeof result === 'string') {
        refused += 1;
        lines.push(`refused  ${row.id}: ${result}`);
        continue;
      }
      if (result.digested && row.termsDigest === null) lines.push(`digested ${row.id}: it had no digest`);
      if (result.sealed || result.digested) changed.push(result);
    }
    const done = {
      sealed: changed.filter((each) => each.sealed).length,
      digested: changed.filter((each) => each.digested).length,
      refused,
    };
    if (changed.length > 0) {
      await updateSealed(
        transaction,
        changed.map((each) => each.row),
      );
      recordAudit(transaction, {
        actor: COMMAND,
        action: 'payout-requests.seal',
        subjectType: 'PayoutRequests',
        subjectId: newId(),
        after: { ...done },
        at: deps.clock.now(),
      });
    }
    return { done, lines, last: rows.at(-1)?.id ?? null, read: rows.length };
  });
}

/** The row as it is to be stored, or why it is refused. */
function sealRow(row: DigestedRequest, keys: SealKeys): Sealed | string {
  const wrong = digestProblems(row, keys).find((problem) => problem.state !== 'MISSING');
  if (wrong) return wrong.text;
  const resealed = isErased(row) || isSealedWithCurrent(row.sealedDetails, keys) ? null : reseal(row, keys);
  if (resealed instanceof SealError) return resealed.message;
  const digested = ![row.termsDigest, ...(isErased(row) ? [] : [row.detailsDigest])].every((digest) =>
    isDigestOfCurrent(digest, keys),
  );
  const sealedDetails = resealed ?? row.sealedDetails;
  if (resealed === null && !digested) return { row, sealed: false, digested: false };
  const next = { ...row, sealedDetails };
  return { row: { ...next, ...digestsOf(next, keys) }, sealed: resealed !== null, digested };
}

function reseal(row: DigestedRequest, keys: SealKeys): string | SealError {
  try {
    return seal(unsealOrOpen(row.sealedDetails, row.id, keys), row.id, keys);
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
}
