import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Settings } from '../config.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = 'sealed:';
const OPEN = 'open:';
const KEY_ID_LENGTH = 16;

/** What stands in place of a sealed text that was deleted. @see docs/domain.md U6 */
export const ERASED_TEXT = 'erased:';

/** Sealed text cannot be read: it was sealed with another key, or is not of the row it stands in. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** The keys of the environment: the current one seals, older ones only open what they sealed. */
export interface SealKeys {
  /** Undefined: nothing is sealed or digested. */
  current: Buffer | undefined;
  old: readonly Buffer[];
}

/** The keys that the settings name. */
export const sealKeysOf = (settings: Pick<Settings, 'DATA_ENCRYPTION_KEY' | 'DATA_ENCRYPTION_OLD_KEYS'>): SealKeys => ({
  current: settings.DATA_ENCRYPTION_KEY,
  old: settings.DATA_ENCRYPTION_OLD_KEYS,
});

/** A name for a key that tells nothing about it. */
export const keyIdOf = (key: Buffer): string =>
  createHash('sha256').update('clipledger key id\0').update(key).digest('hex').slice(0, KEY_ID_LENGTH);

/** The key of an id; undefined for one that the settings do not name. */
export const keyOfId = ({ current, old }: SealKeys, id: string): Buffer | undefined =>
  [...(current ? [current] : []), ...old].find((key) => keyIdOf(key) === id);

/**
 * Seals a personal text for the database: AES-256-GCM bound to the row it belongs to; without a key it is only marked
 * as open.
 * @param owner identifier of its row: a sealed text moved to another row cannot be read
 */
export function seal(text: string, owner: string, { current: key }: SealKeys): string {
  if (!key) return OPEN + text;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${SEALED}${keyIdOf(key)}:${sealed.toString('base64')}`;
}

/** Whether a text was stored when there was no key. */
export const isOpen = (stored: string): boolean => stored.startsWith(OPEN);

/** Whether a stored text is what `seal` writes with the current key. */
export const isSealedWithCurrent = (stored: string, { current }: SealKeys): boolean =>
  current !== undefined && stored.startsWith(`${SEALED}${keyIdOf(current)}:`);

/**
 * Reads what `seal` wrote. With a key set, a text that was stored open is refused: whoever can write to the database
 * could have put it there.
 * @throws SealError
 * @see docs/domain.md F4
 */
export function unseal(stored: string, owner: string, keys: SealKeys): string {
  if (keys.current && isOpen(stored))
    throw new SealError('This was stored unsealed although DATA_ENCRYPTION_KEY is set: npm run seal seals it.');
  return unsealOrOpen(stored, owner, keys);
}

/**
 * Reads what `seal` wrote, also what it wrote before there was a key.
 * @throws SealError
 */
export function unsealOrOpen(stored: string, owner: string, keys: SealKeys): string {
  if (isOpen(stored)) return stored.slice(OPEN.length);
  if (!stored.startsWith(SEALED)) throw new SealError('This text was erased.');
  if (!keys.current) throw new SealError('DATA_ENCRYPTION_KEY is missing: this was sealed with one.');
  const parts = stored.slice(SEALED.length).split(':');
  const [id, text = ''] = parts.length > 1 ? parts : [null, parts[0]];
  // Version 0.1.0 wrote no key id.
  const candidates = id === null ? [keys.current, ...keys.old] : [keyOfId(keys, id)];
  for (const key of candidates) {
    const opened = key && open(Buffer.from(text, 'base64'), owner, key);
    if (opened !== undefined) return opened;
  }
  throw new SealError('Neither DATA_ENCRYPTION_KEY nor DATA_ENCRYPTION_OLD_KEYS holds the key that sealed this.');
}

function open(sealed: Buffer, owner: string, key: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(owner))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
