import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { TEST_SECRET } from './testbed.js';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** The product as a process of its own, as `npm start` runs it. */
export interface Instance {
  address: string;
  child: ChildProcess;
  /** Log lines so far. */
  lines: Record<string, unknown>[];
  /** Sends the signal and resolves with how long the process took to end, in ms. */
  end(signal: NodeJS.Signals): Promise<number>;
}

export async function startInstance(
  databaseUrl: string,
  sourceUrl: string,
  settings: Record<string, string> = {},
): Promise<Instance> {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'src', 'main.js')], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: databaseUrl,
      APIFY_BASE_URL: sourceUrl,
      AUTH_JWT_SECRET: TEST_SECRET,
      AUTH_EMAILS_ARE_VERIFIED: 'true',
      ADMIN_EMAILS: 'admin@example.com',
      TRACKING_SCHEDULE: 'off',
      TRACKING_BATCH_PAUSE_MS: '0',
      APIFY_START_TIMEOUT_MS: '1000',
      APIFY_RUNS_PER_MINUTE: '24000',
      RATE_LIMIT_PER_MINUTE: '1000000',
      LOG_LEVEL: 'info',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the instance ended with ${code}`)));
    child.stdout.on('data', (data) => {
      const parts = (rest + String(data)).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (!part.startsWith('{')) continue;
        const line = JSON.parse(part) as Record<string, unknown>;
        lines.push(line);
        if (typeof line.address === 'string') resolve(line.address);
      }
    });
  });
  return {
    address,
    child,
    lines,
    end(signal) {
      const started = performance.now();
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(0);
      child.kill(signal);
      return new Promise((resolve) => child.once('exit', () => resolve(performance.now() - started)));
    },
  };
}
