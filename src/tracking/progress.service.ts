import type { RequestContext } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { mapIterator } from '../infra/graphql/async-iterator.js';
import { publish, type Told } from '../infra/queue/pub-sub.js';
import { forbidden, notFound } from '../shared/errors.js';
import { findRun } from './run.service.js';
import { RunStatus } from './tracking.enums.js';

const topicOf = (runId: string) => `tracking-run ${runId}`;

/** Tells, when the transaction commits, that more of a run is done. */
export async function publishProgress(em: EntityManager, runId: string): Promise<void> {
  await publish(em, { topic: topicOf(runId), id: runId });
}

/**
 * Follows a run: once as it is, then whenever more of it is done, until it has ended.
 * @throws FORBIDDEN, NOT_FOUND
 */
export async function followRun({ em, viewer, pubSub }: RequestContext, runId: string): Promise<AsyncIterable<Told>> {
  if (!viewer?.admin) throw forbidden('This is for admins.');
  if (!(await findRun(em.fork(), runId))) throw notFound('TrackingRun');
  const told: Told = { topic: topicOf(runId), id: runId };
  let ended = false;
  // The first element is the run as it is now: what happened before it was listened for is in it.
  const follow = async () => {
    ended = (await findRun(em.fork(), runId))?.status !== RunStatus.RUNNING;
    return told;
  };
  return mapIterator(startingWith(told, pubSub.subscribe(told.topic)), follow, () => ended);
}

/** One element, then those of the iterator. */
function startingWith<T>(first: T, rest: AsyncIterator<T>): AsyncIterator<T> {
  let begun = false;
  return {
    next: async () => {
      if (begun) return rest.next();
      begun = true;
      return { done: false, value: first };
    },
    return: async () => (await rest.return?.()) ?? { done: true, value: undefined },
  };
}
