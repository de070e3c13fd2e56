import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { newId } from '../infra/identifier.js';
import type { Video } from '../platform/link.rules.js';
import { readNow } from '../platform/read-now.js';
import { addMs, dayAround } from '../shared/clock.js';
import { requireNotErased } from '../user/user.service.js';
import { lockUsers } from '../user/user.sql.js';
import { KEPT_MS, outcomeOf, READ_LEASE_MS, recallRead, refusalOf, requireReadsLeft } from './baseline.rules.js';
import { countReads, findKnownReads, finishRead, insertRead } from './baseline.sql.js';
import { BaselineOutcome } from './baseline-read.entity.js';

type Given = Pick<Deps, 'clock' | 'viewSource' | 'settings' | 'log'>;

/** A read that a clipper may have, or the count that is known already. */
type Reserved = { readId: string } | { views: bigint };

/**
 * The views of a clip for whoever submits it. A read is counted before the source is asked, whatever its outcome.
 * The caller holds no transaction meanwhile.
 * @param limitMs within which there is an answer
 * @throws RATE_LIMITED; BAD_USER_INPUT the clip is gone or private; UPSTREAM_UNAVAILABLE
 * @see docs/domain.md S4
 */
export async function readBaseline(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  clip: { campaignId: string; video: Video },
  limitMs: number,
): Promise<bigint> {
  const reserved = await reserveRead(em, deps, viewer, clip);
  if ('views' in reserved) return reserved.views;
  const end = (outcome: BaselineOutcome, views: bigint | null) =>
    finishRead(em.fork(), { id: reserved.readId, outcome, views, finishedAt: deps.clock.now() });
  const observation = await readNow(em, deps, clip.video, { limitMs, purpose: 'BASELINE' }).catch(
    async (error: unknown) => {
      await end(BaselineOutcome.FAILED, null);
      throw error;
    },
  );
  const outcome = outcomeOf(observation);
  const views = observation.kind === 'VALUE' ? observation.views : null;
  await end(outcome, views);
  if (views === null) throw refusalOf(outcome);
  return views;
}

/**
 * Counts a read before it is bought, under the lock of the clipper's row: of calls at the same time each sees those
 * before it, in whatever instance they are.
 */
async function reserveRead(
  em: EntityManager,
  deps: Given,
  viewer: Viewer,
  { campaignId, video }: { campaignId: string; video: Video },
): Promise<Reserved> {
  return inTransaction(em, async (transaction) => {
    await lockUsers(transaction, [viewer.id]);
    await requireNotErased(transaction, viewer.id);
    const now = deps.clock.now();
    const place = { clipperId: viewer.id, campaignId };
    const views = recallRead(
      await findKnownReads(transaction, { ...place, video, since: addMs(now, -KEPT_MS) }),
      place,
    );
    if (views !== null) return { views };
    const { start, secondsLeft } = dayAround(now);
    const reads = await countReads(transaction, viewer.id, { dayStart: start, leaseStart: addMs(now, -READ_LEASE_MS) });
    requireReadsLeft(reads, { limit: deps.settings.SUBMISSIONS_PER_DAY, secondsLeft, now });
    const readId = newId();
    const { platform, videoId } = video;
    await insertRead(transaction, { id: readId, ...place, platform, videoId, startedAt: now });
    return { readId };
  });
}
