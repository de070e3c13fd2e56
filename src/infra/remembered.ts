/** Work that has not ended after this long is no longer waited for: the next call begins again. */
const SHARED_MS = 10_000;

/**
 * Answers from memory for a while (with 0: not at all), so that however often it is asked, the work is done once in
 * that time. Calls that come while the work goes on wait for it together. A failure is not kept.
 * @param now milliseconds of a clock that never goes back
 */
export function remembered<T>(
  keepMs: number,
  work: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { answer: Promise<T>; begunMs: number; endedMs: number | undefined } | undefined;
  return () => {
    const at = now();
    const fresh = last && (last.endedMs === undefined ? at - last.begunMs < SHARED_MS : at - last.endedMs < keepMs);
    if (last && fresh) return last.answer;
    const begun = { answer: work(), begunMs: at, endedMs: undefined as number | undefined };
    last = begun;
    begun.answer.then(
      () => {
        begun.endedMs = now();
      },
      () => {
        if (last === begun) last = undefined;
      },
    );
    return begun.answer;
  };
}
