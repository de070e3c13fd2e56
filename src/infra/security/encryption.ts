import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = 'sealed:';
const OPEN = 'open:';

/** Sealed text cannot be read: it was sealed with another key, or is not of the row it stands in. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/**
 * Seals a personal text for the database: AES-256-GCM bound to the row it belongs to; without a key it is only marked as open.
 * @param owner identifier of its row: a sealed text moved to another row cannot be read
 */
export function seal(text: string, owner: string, key: Buffer | undefined): string {
  if (!key) return OPEN + text;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return SEALED + sealed.toString('base64');
}

/**
 * Reads what `seal` wrote, also what it wrote before there was a key.
 * @throws SealError
 */
export function unseal(stored: string, owner: string, key: Buffer | undefined): string {
  if (stored.startsWith(OPEN)) return stored.slice(OPEN.length);
  if (!key) throw new SealError('DATA_ENCRYPTION_KEY is missing: this was sealed with one.');
  try {
    const sealed = Buffer.from(stored.slice(SEALED.length), 'base64');
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(owner))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new SealError('DATA_ENCRYPTION_KEY is not the one that this was sealed with.');
  }
}
