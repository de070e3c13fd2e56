/** Fewer different characters than this are a pattern, not a secret. A random hex text of 32 has fewer once in 10^6. */
const DIFFERENT_LEAST = 8;
const REPEATED_LONGEST = 16;

/**
 * Whether a secret can be guessed by its look: too few different characters, or one short piece again and again. Tells
 * nothing of a secret that passes.
 */
export function isWeakSecret(secret: string): boolean {
  if (new Set(secret).size < DIFFERENT_LEAST) return true;
  for (let length = 1; length <= REPEATED_LONGEST && length * 2 <= secret.length; length += 1) {
    const piece = secret.slice(0, length);
    if (piece.repeat(secret.length).startsWith(secret)) return true;
  }
  return false;
}
