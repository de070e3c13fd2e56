/** Cuts a list into parts of at most `size` elements, in order. */
export function chunk<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

/** Groups elements by a key; groups and elements keep the order in which they are met. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Answers one row per key in the order of the keys: what a batch loader owes its callers. */
export function inOrderOf<K, V, E>(
  keys: readonly K[],
  rows: readonly V[],
  keyOf: (row: V) => K,
  missing: E,
): (V | E)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? missing);
}

/** How many parts of a size fit into a limit; at least 1. */
export function partsWithin(limit: number, size: number): number {
  return Math.max(1, Math.trunc(limit / size));
}
