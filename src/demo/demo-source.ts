import fs from 'node:fs';
import path from 'node:path';
import { ApifyEmulator } from './apify-emulator.js';
import { EmulatedViews } from './emulated-views.js';

const RUN_MS = 100;

/** The emulated source of `npm start`: what it was asked is kept in a file, so that views do not fall at a restart. */
export async function startDemoSource(dataDir: string): Promise<ApifyEmulator> {
  const file = path.join(dataDir, 'emulated-views.json');
  const views = new EmulatedViews(readAsked(file));
  return ApifyEmulator.start({
    runMs: RUN_MS,
    views,
    onStarted: () => fs.writeFileSync(file, JSON.stringify(views.asked)),
  });
}

function readAsked(file: string): Record<string, number> {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
}
