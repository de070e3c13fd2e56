import fs from 'node:fs';
import path from 'node:path';

/** The folder of package.json, seen from the sources as from the build. */
export function projectRoot(): string {
  let folder = import.meta.dirname;
  while (!fs.existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}
