import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '../database/database.js';
import { whileLocked } from '../database/session-lock.js';

const LOOK_MS = 500;

export interface SharedWork<T> {
  /** One at a time of a name, over all instances. */
  name: string;
  /** What is done. The signal fires when another instance may be doing the same: then it must store nothing. */
  work(lost: AbortSignal): Promise<T>;
  /** What another instance has finished since this was asked for; undefined while it has not. */
  findDone(): Promise<T | undefined>;
  /** How long is waited for another instance. */
  limitMs: number;
}

/** What is being done, on which database. */
const going = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Does something that is worth doing once for all who ask at the same time: whoever asks while it is being done gets
 * the outcome of that, whichever instance does it.
 * @returns undefined when another instance did not finish within the limit
 */
export function singleFlight<T>(em: EntityManager, shared: SharedWork<T>): Promise<T | undefined> {
  const here = going.get(em.getDriver()) ?? new Map<string, Promise<unknown>>();
  going.set(em.getDriver(), here);
  const known = here.get(shared.name) as Promise<T | undefined> | undefined;
  if (known) return known;
  const started = doOrWait(em, shared).finally(() => here.delete(shared.name));
  here.set(shared.name, started);
  return started;
}

async function doOrWait<T>(
  em: EntityManager,
  { name, work, findDone, limitMs }: SharedWork<T>,
): Promise<T | undefined> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const outcome: { value?: T } = {};
    const alone = await whileLocked(em, name, async (lost) => {
      outcome.value = (await findDone()) ?? (await work(lost));
    });
    if (alone) return outcome.value;
    await sleep(LOOK_MS, undefined, { ref: false });
    const done = await findDone();
    if (done !== undefined) return done;
    if (performance.now() > deadline) return undefined;
  }
}
