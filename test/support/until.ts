const LIMIT_MS = 90_000;
const PAUSE_MS = 50;

/**
 * Waits until `look` answers something true. The limit is for what never happens, not for a slow machine.
 * @param what in words, for the error
 * @returns the answer
 */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = performance.now() + LIMIT_MS; performance.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`this did not happen within ${LIMIT_MS / 1_000} s: ${what}`);
}
