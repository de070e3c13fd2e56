// Compiles the product unless dist was made from exactly these sources: `node src/compile.mjs && node dist/src/...`
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..');
const SOURCES = ['src', 'jobs', 'migrations', 'mikro-orm.config.ts', 'tsconfig.json', 'package-lock.json'];
const STAMP = path.join(ROOT, 'dist', '.compiled-from');
const WINDOWS = process.platform === 'win32';

/** Name, size and time of every file that the compiler reads. */
function* filesBelow(name) {
  const stat = fs.statSync(path.join(ROOT, name), { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) {
    yield `${name} ${stat.size} ${stat.mtimeMs}`;
    return;
  }
  for (const entry of fs.readdirSync(path.join(ROOT, name)).sort()) yield* filesBelow(`${name}/${entry}`);
}

const fingerprint = () => {
  const hash = createHash('sha256');
  for (const name of SOURCES) for (const file of filesBelow(name)) hash.update(`${file}\n`);
  return hash.digest('hex');
};

const stampOf = () => (fs.existsSync(STAMP) ? fs.readFileSync(STAMP, 'utf8') : '');

const sources = fingerprint();
if (stampOf() !== sources || !fs.existsSync(path.join(ROOT, 'dist', 'src', 'cli.js'))) {
  const tsc = path.join(ROOT, 'node_modules', '.bin', WINDOWS ? 'tsc.cmd' : 'tsc');
  const { status, error } = spawnSync(tsc, ['-p', 'tsconfig.json'], { cwd: ROOT, stdio: 'inherit', shell: WINDOWS });
  if (error) process.stderr.write(`The compiler cannot be run (${error.message}): npm ci installs it.\n`);
  if (status !== 0) process.exit(status ?? 1);
  // Of the sources as they were before the compiler read them.
  fs.writeFileSync(STAMP, sources);
}
