import { remembered } from '../remembered.js';

/** A balancer that asks all the time costs one look a second. */
const KEPT_MS = 1_000;
const LIMIT_MS = 2_000;

/** One thing that an instance needs to serve. */
export interface ReadinessCheck {
  /** Why the instance is not ready, in words for an operator; undefined when this is in order. */
  problem(): Promise<string | undefined> | string | undefined;
  /** What is said when there is no answer in time, or an error. */
  silent: string;
}

/**
 * Makes the question whether the instance is ready: every check within 2 s, answered from memory for 1 s.
 * @returns the first problem, in the order of the checks; undefined when ready
 */
export function createReadiness(
  checks: readonly ReadinessCheck[],
  limitMs = LIMIT_MS,
): () => Promise<string | undefined> {
  // What still goes on is not begun again.
  const asked = checks.map(({ problem, silent }) => ({ silent, ask: remembered(0, async () => problem()) }));
  return remembered(KEPT_MS, async () => {
    const answers = await Promise.all(asked.map(({ silent, ask }) => within(limitMs, silent, ask())));
    return answers.find((answer) => answer !== undefined);
  });
}

async function within(
  limitMs: number,
  silent: string,
  answer: Promise<string | undefined>,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, limitMs, silent);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return silent;
  } finally {
    clearTimeout(timer);
  }
}
