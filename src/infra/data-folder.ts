import fs from 'node:fs';
import path from 'node:path';
import { ConfigError } from './config.js';

/**
 * Makes DATA_DIR, for its owner alone, unless it is there.
 * @returns its full path
 * @throws ConfigError it cannot be made or written
 */
export function openDataFolder(directory: string): string {
  const folder = path.resolve(directory);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.accessSync(folder, fs.constants.W_OK);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      `DATA_DIR ${folder} cannot be written (${code}): choose another folder with DATA_DIR, or set DATABASE_URL.`,
    );
  }
}
