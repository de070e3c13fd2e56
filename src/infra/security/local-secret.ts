import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Settings } from '../config.js';
import { openDataFolder } from '../data-folder.js';

/** The HS256 secret: the one set, or with the embedded database a random one kept in DATA_DIR; none with a provider's keys. */
export function tokenSecret(settings: Settings): string | undefined {
  const { AUTH_JWT_SECRET, AUTH_JWKS_URL, signIn, embedded } = settings;
  if (AUTH_JWT_SECRET || AUTH_JWKS_URL || signIn || !embedded) return AUTH_JWT_SECRET;
  const file = path.join(settings.DATA_DIR, 'auth-secret');
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    openDataFolder(settings.DATA_DIR);
    fs.writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
    return fs.readFileSync(file, 'utf8').trim();
  }
}
