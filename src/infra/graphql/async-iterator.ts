/** What a mapping answers to end the iteration. */
export const END = Symbol('end');

/**
 * Maps an iterator, one element after the other. Unlike an async generator it ends at once when it is closed, also
 * while an element is being waited for: the source is closed with it.
 * @param isOver asked before each wait for another element
 */
export function mapIterator<T, R>(
  source: AsyncIterator<T>,
  map: (value: T) => Promise<R | typeof END>,
  isOver: () => boolean = () => false,
): AsyncIterableIterator<R> {
  const done = { done: true as const, value: undefined };
  const close = async () => {
    await source.return?.();
    return done;
  };
  return {
    async next() {
      if (isOver()) return close();
      const next = await source.next();
      if (next.done) return done;
      try {
        const value = await map(next.value);
        return value === END ? close() : { done: false, value };
      } catch (error) {
        await close();
        throw error;
      }
    },
    return: close,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
