import fs from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../project-root.js';
import { gauge } from './metrics.js';

const info = gauge('build_info', 'Always 1; its labels say which version and build this process runs.', [
  'version',
  'build',
]);

/** Tells which version this process runs. @param build what the operator calls the build, a commit say */
export function measureBuild(build = 'unknown'): void {
  const file = path.join(projectRoot(), 'package.json');
  const { version } = JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string };
  info.set({ version, build }, 1);
}
