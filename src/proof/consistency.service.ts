import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { newId } from '../infra/identifier.js';
import { gauge } from '../infra/observability/metrics.js';
import { takeJobSlot } from '../infra/queue/job-slot.sql.js';
import { singleFlight } from '../infra/queue/single-flight.js';
import { sealKeysOf } from '../infra/security/encryption.js';
import { NotificationType } from '../notification/notification.entity.js';
import { type Notice, notifyAdmins } from '../notification/notification.service.js';
import { upstreamUnavailable } from '../shared/errors.js';
import { measureRounds } from '../tracking/measure-rounds.service.js';
import { findLastReport, storeReport } from './consistency.sql.js';
import type { ConsistencyReport, LawCheck } from './consistency-report.entity.js';
import { checkLaws } from './laws.js';

type Given = Pick<Deps, 'clock' | 'log' | 'settings'>;

const lawsBroken = gauge('laws_broken_rows', 'Rows that break a law, as of the last check of any instance.', ['law']);

/** Measures the last check, and how long ago a round was settled. */
export async function measureLaws(em: EntityManager): Promise<void> {
  await measureRounds(em);
  const report = await findLastReport(em);
  for (const { law, violations } of report?.laws ?? []) lawsBroken.set({ law }, violations);
}

/** How long is waited for the check of another instance. */
const OTHERS_LIMIT_MS = 600_000;

/**
 * Checks every law now; whoever asks while a check is going gets the report of that one, on whichever instance it runs.
 * Admins are notified of a law that the report before did not find broken.
 * @throws UPSTREAM_UNAVAILABLE another instance has been checking for too long
 * @see docs/domain.md V1
 */
export async function checkConsistency(em: EntityManager, deps: Given): Promise<ConsistencyReport> {
  const asked = deps.clock.now();
  const report = await singleFlight(em, {
    name: 'consistency check',
    limitMs: OTHERS_LIMIT_MS,
    work: (lost) => check(em, deps, lost),
    findDone: async () => {
      const last = await findLastReport(em.fork());
      return last && last.finishedAt >= asked ? last : undefined;
    },
  });
  if (!report) throw upstreamUnavailable('Another instance has been checking for too long: try again later.');
  return report;
}

async function check(em: EntityManager, deps: Given, lost: AbortSignal): Promise<ConsistencyReport> {
  const checkedAt = deps.clock.now();
  const laws = (await checkLaws(em, { keys: sealKeysOf(deps.settings) })).map(({ unchecked: _, ...law }) => law);
  lost.throwIfAborted();
  const report = { id: newId(), checkedAt, finishedAt: deps.clock.now(), laws };
  const broken = report.laws.filter((law) => law.violations > 0);
  for (const { law, violations, examples } of broken)
    deps.log.error({ law, violations, examples, cause: 'law' }, 'a law is broken');
  await inTransaction(em, async (transaction) => {
    const before = await findLastReport(transaction);
    const known = new Set(before?.laws.filter((law) => law.violations > 0).map((law) => law.law));
    await storeReport(transaction, report);
    for (const law of broken)
      if (!known.has(law.law)) await notifyAdmins(transaction, brokenNotice(law), deps.clock.now());
  });
  return report;
}

const brokenNotice = ({ law, statement, violations, examples }: LawCheck): Notice => ({
  type: NotificationType.LAW_BROKEN,
  title: `A law is broken: ${law}`,
  body: `${statement} ${violations === 1 ? 'One row breaks' : `${violations} rows break`} it, as ${examples[0]}.`,
  subject: null,
});

/** The last finished check, by whichever instance; one made now when there never was any. */
export async function lastConsistencyReport(em: EntityManager, deps: Given): Promise<ConsistencyReport> {
  return (await findLastReport(em)) ?? checkConsistency(em, deps);
}

/** The job's name in the timetable and in /cron. */
export const CONSISTENCY_CHECK = 'consistency-check';

/**
 * What a tick of the schedule does: one instance takes the slot and checks.
 * @param slot the scheduled instant; none for a call by hand
 */
export async function checkScheduled(em: EntityManager, deps: Given, slot?: Date): Promise<void> {
  const taken =
    !slot || (await inTransaction(em, (transaction) => takeJobSlot(transaction, CONSISTENCY_CHECK, slot, deps.clock)));
  if (!taken) return;
  const { laws } = await checkConsistency(em, deps);
  if (laws.every((law) => law.violations === 0)) deps.log.info({ laws: laws.length }, 'every law holds');
}
