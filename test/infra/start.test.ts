import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { whyNodeIsUnfit } from '../../src/node-version.js';
import { createTestDatabase } from '../support/test-database.js';
import { TEST_SECRET } from '../support/testbed.js';

const MAIN = path.join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');

/** Starts the server with these settings, and answers what it said by the time it ended or was listening. */
async function start(
  settings: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [MAIN], { env: { PATH, HOME, NODE_ENV: 'test', PORT: '0', ...settings } });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    said.stdout += String(data);
    if (said.stdout.includes('listening on') && !child.killed) child.kill('SIGTERM');
  });
  child.stderr.on('data', (data) => {
    said.stderr += String(data);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...said };
}

test('a taken port, before any work is done', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  const folder = path.join(os.tmpdir(), `clipledger-never-made-${process.pid}`);
  const { code, stderr } = await start({ PORT: String(port), DATA_DIR: folder });
  holder.close();
  expect([code, fs.existsSync(folder)]).toEqual([1, false]);
  expect(stderr).toBe(
    `Clipledger cannot start. Port ${port} on 127.0.0.1 is taken: stop what uses it, or choose another with PORT.\n`,
  );
});

test.each([
  [
    'a folder that cannot be written',
    { DATA_DIR: '/dev/null/data' },
    'DATA_DIR /dev/null/data cannot be written (ENOTDIR): choose another folder with DATA_DIR, or set DATABASE_URL.',
  ],
  [
    'an address that is not of this machine',
    { HOST: '192.0.2.1' },
    'HOST 192.0.2.1 is no address of this machine: choose 127.0.0.1, 0.0.0.0 or one that is.',
  ],
])('%s: one line that names the setting, no stack', async (_title, settings, line) => {
  expect(await start(settings)).toMatchObject({ code: 1, stderr: `Clipledger cannot start. ${line}\n` });
});

test('a start says what it does, where it listens, and which names in the environment are no settings', async () => {
  const database = await createTestDatabase();
  const settings = { DATABASE_URL: database.url, AUTH_JWT_SECRET: TEST_SECRET, APIFY_BASE_URL: 'http://127.0.0.1:1' };
  const { code, stdout, stderr } = await start({ ...settings, DATABSE_URL: 'x' });
  await database.drop();
  expect([code, stderr]).toEqual([0, '']);
  const said = stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as { msg: string }] : []));
  expect(said.slice(0, 3).map(({ msg }) => msg.replaceAll(/\d{4,}/g, 'N'))).toEqual([
    'DATABSE_URL is not a setting and has no effect: DATABASE_URL is one',
    'migrating the database',
    'listening on http://127.0.0.1:N (bound to 127.0.0.1)',
  ]);
});

test('an older Node is told which one is needed and how it comes', () => {
  expect(whyNodeIsUnfit('24.0.0')).toBeUndefined();
  expect(whyNodeIsUnfit('26.1.0')).toBeUndefined();
  expect(whyNodeIsUnfit('20.20.2')).toMatch(/^Clipledger needs Node 24 or later, and this is Node 20\.20\.2: /);
  expect(whyNodeIsUnfit('9.0.0')).toBeDefined();
});

test('the entry points import nothing else before they have looked at the version', () => {
  for (const name of ['main', 'cli']) {
    const text = fs.readFileSync(path.join(path.dirname(MAIN), `${name}.js`), 'utf8');
    expect([...text.matchAll(/^import .*$/gm)].map(([line]) => line)).toEqual([
      "import { requireNode } from './node-version.js';",
    ]);
    expect(text.indexOf('requireNode();')).toBeLessThan(text.indexOf('await import('));
  }
});
