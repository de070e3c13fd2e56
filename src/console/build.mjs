// Builds the console into dist/console, unless what is there is newer than every source of it. `npm start` runs this.
// Without the development dependencies (an image, npm ci --omit=dev) it leaves what was built before.
import fs from 'node:fs';
import path from 'node:path';

const HERE = import.meta.dirname;
const ROOT = path.join(HERE, '..', '..');
const BUILT = path.join(ROOT, 'dist', 'console', 'index.html');

const newest = (name) => {
  const stat = fs.statSync(name);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...fs.readdirSync(name).map((each) => newest(path.join(name, each))));
};
const sources = [HERE, path.join(ROOT, 'schema', 'generated'), path.join(ROOT, 'package-lock.json')];

function isCurrent() {
  return fs.existsSync(BUILT) && fs.statSync(BUILT).mtimeMs >= Math.max(...sources.map(newest));
}

if (!isCurrent()) {
  const vite = await import('vite').catch(() => undefined);
  if (vite) {
    process.stderr.write('Building the console\n');
    await vite.build({ configFile: path.join(HERE, 'vite.config.ts'), logLevel: 'warn' });
  }
}
