import { IsolationLevel } from '@mikro-orm/core';
import { sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { SealKeys } from '../infra/security/encryption.js';
import { checkDigests } from './digests.service.js';
import type { CheckedLaw, Law } from './law.js';
import { accrualsFollowFromTerms } from './laws/accruals-follow-from-terms.js';
import { activeAndCompletedAreAll } from './laws/active-and-completed-are-all.js';
import { availableAndMaturingAreCompleted } from './laws/available-and-maturing-are-completed.js';
import { balancesAreNotNegative } from './laws/balances-are-not-negative.js';
import { chainsAreWhole } from './laws/chains-are-whole.js';
import { changesAreAudited } from './laws/changes-are-audited.js';
import { clipFollowsSubmission } from './laws/clip-follows-submission.js';
import { earningsAreSums } from './laws/earnings-are-sums.js';
import { finalEarningsAreFixed } from './laws/final-earnings-are-fixed.js';
import { noClipOverItsMaximum } from './laws/no-clip-over-its-maximum.js';
import { onePayoutPerRequest } from './laws/one-payout-per-request.js';
import { onePlatformTotal } from './laws/one-platform-total.js';
import { spentWithinBudget } from './laws/spent-within-budget.js';
import { viewsAreTheHighWaterMark } from './laws/views-are-the-high-water-mark.js';

/** The laws of V1, in their order. */
export const LAWS: readonly Law[] = [
  earningsAreSums,
  accrualsFollowFromTerms,
  spentWithinBudget,
  onePlatformTotal,
  activeAndCompletedAreAll,
  balancesAreNotNegative,
  finalEarningsAreFixed,
  onePayoutPerRequest,
  clipFollowsSubmission,
  viewsAreTheHighWaterMark,
  chainsAreWhole,
  noClipOverItsMaximum,
  changesAreAudited,
  availableAndMaturingAreCompleted,
];

const EXAMPLES = 5;
const CHECK_TIMEOUT_MS = 600_000;

/** What a check looks at besides the database. */
export interface CheckOptions {
  laws?: readonly Law[];
  /** Keys of digests; without them, digests are not looked at. */
  keys?: SealKeys;
}

/**
 * Checks every law over the whole database in one snapshot, so that it is right while rounds settle.
 * @see docs/domain.md V1, F4
 */
export async function checkLaws(em: EntityManager, { laws = LAWS, keys }: CheckOptions = {}): Promise<CheckedLaw[]> {
  return em.fork({ clear: true }).transactional(
    async (snapshot) => {
      const db = database(snapshot as EntityManager);
      await sql`select set_config('statement_timeout', ${String(CHECK_TIMEOUT_MS)}, true)`.execute(db);
      const checked: CheckedLaw[] = [];
      for (const { law, statement, violations } of laws) {
        const { rows } = await sql<{ count: bigint; examples: string[] | null }>`
          select count(*) as count, (array_agg(v.example order by v.example))[1:${sql.lit(EXAMPLES)}] as examples
            from (${violations}) v`.execute(db);
        checked.push({ law, statement, violations: Number(rows[0]?.count), examples: rows[0]?.examples ?? [] });
      }
      if (keys) checked.push(await checkDigests(snapshot as EntityManager, keys, EXAMPLES));
      return checked;
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}
