import type { RequestContext } from '../infra/context.js';
import type { EntityManager } from '../infra/database.js';
import { publish, type Told } from '../infra/pub-sub.js';
import { forbidden, notFound } from '../shared/errors.js';
import { findRun } from './run.service.js';
import { RunStatus } from './tracking.enums.js';

const topicOf = (runId: string) => `tracking-run ${runId}`;

/** Tells, when the transaction commits, that more of a run is done. */
export async function tellProgress(em: EntityManager, runId: string): Promise<void> {
  await publish(em, { topic: topicOf(runId), id: runId });
}

/**
 * Follows a run: once as it is, then whenever more of it is done, until it has ended.
 * @throws FORBIDDEN, NOT_FOUND
 */
export async function followRun({ em, viewer, pubSub }: RequestContext, runId: string): Promise<AsyncIterable<Told>> {
  if (!viewer?.admin) throw forbidden('This is for admins.');
  const told = pubSub.subscribe(topicOf(runId));
  const run = await findRun(em.fork(), runId);
  if (!run) {
    await told.return?.();
    throw notFound('TrackingRun');
  }
  return (async function* () {
    try {
      yield { topic: topicOf(runId), id: runId };
      if (run.status !== RunStatus.RUNNING) return;
      for await (const each of told) {
        yield each;
        if ((await findRun(em.fork(), runId))?.status !== RunStatus.RUNNING) return;
      }
    } finally {
      await told.return?.();
    }
  })();
}
