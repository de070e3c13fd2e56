/** A name in the environment that is not a setting, and the setting that it resembles. */
export interface Mistaken {
  given: string;
  meant: string;
}

/** Names up to this length must differ by one letter alone: PATH is not PORT. */
const SHORT = 6;
/** What tools put into the environment by themselves. */
const FOREIGN = /^(npm_|OTEL_)/;
const NAME_LIMIT = 80;

/**
 * The names that look like settings and are none: a letter too many, too few, another or two swapped, other capitals,
 * or a word left out (APIFY_KEY). Whoever set them meant something by it, and it has no effect.
 * @param given all names of the environment
 * @param known the names of all settings
 */
export function mistakenNames(given: readonly string[], known: readonly string[]): Mistaken[] {
  const settings = new Set(known);
  return given
    .filter((name) => !settings.has(name) && !FOREIGN.test(name) && name.length <= NAME_LIMIT)
    .flatMap((name) => {
      const meant = known.find((setting) => resembles(name, setting));
      return meant ? [{ given: name, meant }] : [];
    });
}

function resembles(name: string, setting: string): boolean {
  const upper = name.toUpperCase();
  if (upper === setting || hasItsWords(upper, setting)) return true;
  const allowed = setting.length <= SHORT ? 1 : 2;
  return Math.abs(upper.length - setting.length) <= allowed && editsBetween(upper, setting) <= allowed;
}

/** Whether a name has at least two words, and the setting has all of them and one more, in the same order. */
function hasItsWords(name: string, setting: string): boolean {
  const words = name.split('_');
  const all = setting.split('_');
  if (words.length < 2 || all.length !== words.length + 1) return false;
  return all.some((_word, left) => all.filter((_each, index) => index !== left).join('_') === name);
}

/** How many letters must be put in, left out, changed or swapped with their neighbour to make one text the other. */
function editsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const steps = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1)];
      if (swapped) steps.push(at(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = Math.min(...steps);
    }
  }
  return at(a.length, b.length);
}
