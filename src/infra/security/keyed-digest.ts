import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { keyIdOf, keyOfId, type SealKeys } from './encryption.js';

const FORM = /^v1:([0-9a-f]{16}):([0-9a-f]{64})$/;
const KEY_BYTES = 32;

/** What looking at a digest found. NO_KEY: the environment has no key, so nothing can be said. */
export type DigestState = 'MATCHES' | 'DIFFERS' | 'MISSING' | 'UNKNOWN_KEY' | 'NO_KEY';

/**
 * HMAC-SHA256 of texts under a key.
 * @param purpose separates digests of one kind from those of another: each has a key of its own, derived from the given
 * one
 * @returns 64 hex digits
 */
export function keyedHash(key: Buffer, purpose: string, texts: readonly string[]): string {
  const derived = Buffer.from(hkdfSync('sha256', key, '', `clipledger ${purpose}`, KEY_BYTES));
  // JSON keeps texts apart: ["ab", "c"] is not ["a", "bc"].
  return createHmac('sha256', derived).update(JSON.stringify(texts)).digest('hex');
}

/** A digest with the id of its key, as "v1:KEY:HASH"; null without a key. */
export const digestOf = ({ current }: SealKeys, purpose: string, texts: readonly string[]): string | null =>
  current ? `v1:${keyIdOf(current)}:${keyedHash(current, purpose, texts)}` : null;

/** Whether a digest was made with the current key. */
export const isDigestOfCurrent = (digest: string | null, { current }: SealKeys): boolean =>
  digest !== null && current !== undefined && digest.startsWith(`v1:${keyIdOf(current)}:`);

/** Compares a stored digest with the texts that it binds. */
export function checkDigest(
  stored: string | null,
  keys: SealKeys,
  purpose: string,
  texts: readonly string[],
): DigestState {
  if (!keys.current) return 'NO_KEY';
  if (stored === null) return 'MISSING';
  const [, id = '', hash = ''] = FORM.exec(stored) ?? [];
  if (hash === '') return 'DIFFERS';
  const key = keyOfId(keys, id);
  if (!key) return 'UNKNOWN_KEY';
  return timingSafeEqual(Buffer.from(hash), Buffer.from(keyedHash(key, purpose, texts))) ? 'MATCHES' : 'DIFFERS';
}
