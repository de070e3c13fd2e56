import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Settings } from '../config.js';
import { openDataFolder } from '../data-folder.js';

/** The HS256 secret: the one set, or with the embedded database a random one kept in DATA_DIR; none with JWKS. */
export function tokenSecret(settings: Settings): string | undefined {
  if (settings.AUTH_JWT_SECRET || settings.AUTH_JWKS_URL || !settings.embedded) return settings.AUTH_JWT_SECRET;
  const file = path.join(settings.DATA_DIR, 'auth-secret');
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    openDataFolder(settings.DATA_DIR);
    fs.writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
    return fs.readFileSync(file, 'utf8').trim();
  }
}
