import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database.js';
import { newId } from '../infra/identifier.js';
import { takeJobSlot } from '../infra/job-slot.sql.js';
import { whileLocked } from '../infra/session-lock.js';
import { inTransaction } from '../infra/transaction.js';
import { NotificationType } from '../notification/notification.entity.js';
import { type Notice, notifyAdmins } from '../notification/notification.service.js';
import { upstreamUnavailable } from '../shared/errors.js';
import { findLastReport, storeReport } from './consistency.sql.js';
import type { ConsistencyReport, LawCheck } from './consistency-report.entity.js';
import { checkLaws } from './laws.js';

type Given = Pick<Deps, 'clock' | 'log'>;

const LOCK = 'consistency check';
/** How long is waited for the check of another instance, and how often it is looked for. */
const OTHERS_LIMIT_MS = 600_000;
const LOOK_MS = 500;

let running: Promise<ConsistencyReport> | undefined;

/**
 * Checks every law now; whoever asks while a check is going gets the report of that one, on whichever instance it runs.
 * Admins are told of a law that the report before did not find broken.
 * @see docs/domain.md V1
 */
export function checkConsistency(em: EntityManager, deps: Given): Promise<ConsistencyReport> {
  running ??= checkAlone(em, deps).finally(() => {
    running = undefined;
  });
  return running;
}

async function checkAlone(em: EntityManager, deps: Given): Promise<ConsistencyReport> {
  const asked = deps.clock.now();
  const deadline = performance.now() + OTHERS_LIMIT_MS;
  while (performance.now() < deadline) {
    let report: ConsistencyReport | undefined;
    const done = await whileLocked(em, LOCK, async () => {
      report = await check(em, deps);
    });
    if (done && report) return report;
    await sleep(LOOK_MS, undefined, { ref: false });
    const others = await findLastReport(em.fork());
    if (others && others.checkedAt >= asked) return others;
  }
  throw upstreamUnavailable('Another instance has been checking for too long: try again later.');
}

async function check(em: EntityManager, deps: Given): Promise<ConsistencyReport> {
  const checkedAt = deps.clock.now();
  const report = { id: newId(), checkedAt, laws: await checkLaws(em) };
  const broken = report.laws.filter((law) => law.violations > 0);
  for (const { law, violations, examples } of broken) deps.log.error({ law, violations, examples }, 'a law is broken');
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

/** What a tick of the schedule does: one instance takes the slot and checks. */
export async function checkScheduled(em: EntityManager, deps: Given, slot: Date): Promise<void> {
  const taken = await inTransaction(em, (transaction) =>
    takeJobSlot(transaction, CONSISTENCY_CHECK, slot, deps.clock.now()),
  );
  if (!taken) return;
  const { laws } = await checkConsistency(em, deps);
  if (laws.every((law) => law.violations === 0)) deps.log.info({ laws: laws.length }, 'every law holds');
}
