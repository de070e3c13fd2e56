// A server with sample data for the clients, and what they have in common.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/;
const START_LIMIT_MS = 120_000;

/** Starts the product on an empty folder; answers its address and an admin's token. */
export async function startServer() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clients-'));
  const env = { ...process.env, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'warn', DATABASE_URL: '' };
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'src', 'main.js')], { env, cwd: ROOT });
  let said = '';
  const ready = new Promise((resolve, reject) => {
    const hear = (part) => {
      said += part;
      if (TOKEN.test(said) && ADDRESS.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`The server ended:\n${said}`)));
    setTimeout(() => reject(new Error(`The server did not start:\n${said}`)), START_LIMIT_MS).unref();
  });
  await ready;
  return {
    address: `${ADDRESS.exec(said)?.[0]}/graphql`,
    token: TOKEN.exec(said)?.[0],
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const PAGES = 5;
export const campaignInput = (title) => ({ title, budget: '100.00', cpm: '1.00', platforms: ['TIKTOK'] });

/** Fails with a sentence unless a value is as expected. */
export function expectSame(what, found, expected) {
  if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}`);
}
