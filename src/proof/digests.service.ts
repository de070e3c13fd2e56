import type { EntityManager } from '../infra/database/database.js';
import { isSealedWithCurrent, SealError, type SealKeys, unseal } from '../infra/security/encryption.js';
import { findSealedPage } from '../payout/payout-details.sql.js';
import { type DigestedRequest, digestProblems, isErased } from '../payout/payout-digest.rules.js';
import type { CheckedLaw } from './law.js';

const ROWS_AT_A_TIME = 1_000;
const LAW = 'F4 payout requests match their digests';
const STATEMENT =
  'Clipper, amount and method of a payout request, and its details as sealed, match the digests that were made with them.';

/** Why a request cannot be trusted; undefined when it can. */
function problemOf(request: DigestedRequest, keys: SealKeys): string | undefined {
  const [problem] = digestProblems(request, keys);
  if (problem) return problem.text;
  // What the current key sealed and a digest binds need not be opened to be known as whole.
  if (isErased(request) || isSealedWithCurrent(request.sealedDetails, keys)) return undefined;
  try {
    unseal(request.sealedDetails, request.id, keys);
    return undefined;
  } catch (error) {
    if (error instanceof SealError) return error.message;
    throw error;
  }
}

/**
 * Checks the digests of every payout request: in the application, because the key stays outside the database.
 * @param em is in the snapshot that the other laws are checked in
 * @param limit of the examples
 * @see docs/domain.md F4
 */
export async function checkDigests(em: EntityManager, keys: SealKeys, limit: number): Promise<CheckedLaw> {
  if (!keys.current)
    return {
      law: LAW,
      statement: `Not checked: no key. ${STATEMENT}`,
      violations: 0,
      examples: [],
      unchecked: 'no key',
    };
  const examples: string[] = [];
  let violations = 0;
  for (let after: string | null = null; ; ) {
    const page = await findSealedPage(em, after, ROWS_AT_A_TIME);
    for (const request of page) {
      const problem = problemOf(request, keys);
      if (!problem) continue;
      violations += 1;
      if (examples.length < limit) examples.push(`request ${request.id}: ${problem}`);
    }
    after = page.at(-1)?.id ?? null;
    if (page.length < ROWS_AT_A_TIME) return { law: LAW, statement: STATEMENT, violations, examples };
  }
}
