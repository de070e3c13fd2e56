import { recordAudit } from '../audit/audit.service.js';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { newId } from '../infra/identifier.js';
import { type Difference, lockTotals, rewriteTotals } from './rebuild.sql.js';

/** So many differences go into the audit event. */
const AUDITED_LIMIT = 100;

/**
 * Recomputes the kept totals from clips and submissions, under a lock that lets nobody change any of them meanwhile.
 * @returns what differed: nothing, as long as the database kept them
 * @see docs/domain.md B4, V4
 */
export async function rebuildTotals(em: EntityManager, deps: Pick<Deps, 'clock'>): Promise<Difference[]> {
  return inTransaction(em, async (transaction) => {
    await lockTotals(transaction);
    const differences = await rewriteTotals(transaction);
    if (differences.length === 0) return differences;
    const told = differences.slice(0, AUDITED_LIMIT);
    recordAudit(transaction, {
      actor: { id: null, via: 'command' },
      action: 'totals.rebuild',
      subjectType: 'Totals',
      subjectId: newId(),
      before: { differences: differences.length, kept: told.map(({ subject, kept }) => `${subject}: ${kept}`) },
      after: { actual: told.map(({ subject, actual }) => `${subject}: ${actual}`) },
      at: deps.clock.now(),
    });
    return differences;
  });
}
