import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { takeJobSlot } from '../infra/queue/job-slot.sql.js';
import { notify } from '../notification/notification.service.js';
import { announceReady } from './payout.sql.js';
import { readyNotice } from './payout-notices.rules.js';

/** The job's name in the timetable and in /cron. */
export const PAYOUT_CALCULATION = 'payout-calculation';

/**
 * Notifies clippers whose balance has reached the minimum that they can be paid: once per campaign whose earnings have
 * become available to them. In however many instances it runs, and however often.
 * @param slot the scheduled instant, taken by one instance; none for a call by hand
 * @returns how many clippers were notified
 * @see docs/domain.md P6
 */
export async function calculatePayouts(
  em: EntityManager,
  deps: Pick<Deps, 'clock' | 'settings' | 'log'>,
  slot?: Date,
): Promise<number> {
  const { PAYOUT_MINIMUM, CURRENCY } = deps.settings;
  let told = 0;
  for (let again = true; again; ) {
    const ready = await inTransaction(em, async (transaction) => {
      const now = deps.clock.now();
      if (slot && told === 0 && !(await takeJobSlot(transaction, PAYOUT_CALCULATION, slot, deps.clock))) return [];
      const rows = await announceReady(transaction, PAYOUT_MINIMUM, now);
      const notices = rows.map(({ clipperId, campaignId, availableBalance }) => ({
        ...readyNotice(campaignId, availableBalance, CURRENCY),
        userId: clipperId,
      }));
      await notify(transaction, notices, now);
      return rows;
    });
    told += ready.length;
    again = ready.length > 0;
  }
  deps.log.info({ told }, 'payouts calculated');
  return told;
}
