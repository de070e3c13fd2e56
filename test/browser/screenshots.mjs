// Takes the pictures of the documentation: `npm run screenshots`. It starts the product on sample data in a folder of its own.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../support/chromium.mjs';

const DOCS = path.join(import.meta.dirname, '..', '..', 'docs');
const START_LIMIT_MS = 120_000;
const LINES_LIMIT = 200_000;

const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-screens-'));
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL'));
const server = spawn(process.execPath, ['dist/src/main.js'], {
  env: { ...environment, DATA_DIR: dataDir, PORT: '0', TRACKING_SCHEDULE: 'off' },
  stdio: ['ignore', 'pipe', 'inherit'],
});

/** The address that the server prints once it listens. */
const address = await new Promise((resolve, reject) => {
  let text = '';
  const timer = setTimeout(() => reject(new Error('the server did not start in time')), START_LIMIT_MS);
  server.once('exit', () => reject(new Error('the server ended')));
  server.stdout.on('data', (part) => {
    text = (text + part).slice(-LINES_LIMIT);
    const found = /Clipledger +(http:\/\/\S+)/.exec(text);
    if (!found) return;
    clearTimeout(timer);
    resolve(found[1]);
  });
});

const browser = await chromium.launch(await findBrowser());

async function signIn(as, scheme = 'light') {
  const page = await browser.newPage({
    baseURL: address,
    viewport: { width: 1_280, height: 800 },
    colorScheme: scheme,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await page.goto('/sign-in');
  await page.getByRole('button', { name: `${as} (demo)` }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}

async function take(page, file) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: path.join(DOCS, file), animations: 'disabled' });
}

const open = async (page, screen) => {
  await page.getByRole('navigation').getByRole('link', { name: screen, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: screen }).waitFor();
};

try {
  fs.mkdirSync(path.join(DOCS, 'screens'), { recursive: true });
  const clipper = await signIn('Clipper');
  await open(clipper, 'Home');
  await take(clipper, 'screens/home.png');
  await clipper.getByRole('table').getByRole('link').first().click();
  await clipper.getByText('Counted views').first().waitFor();
  await take(clipper, 'screens/clip.png');
  await open(clipper, 'Payouts');
  await take(clipper, 'screens/payouts.png');
  await open(clipper, 'Campaigns');
  await take(clipper, 'screens/campaigns.png');
  const admin = await signIn('Admin', 'dark');
  await admin.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await take(admin, 'screens/overview.png');
  await open(admin, 'Manage campaigns');
  await admin.getByRole('table').getByRole('link', { name: 'Summer sneakers' }).click();
  await admin.getByRole('tab', { name: 'Figures' }).click();
  await take(admin, 'screens/manage-campaign.png');
  await open(admin, 'Reviews');
  await take(admin, 'screens/reviews.png');
  await open(admin, 'Proof');
  await take(admin, 'screens/proof.png');
  fs.copyFileSync(path.join(DOCS, 'screens', 'home.png'), path.join(DOCS, 'console.png'));
} finally {
  await browser.close();
  server.removeAllListeners('exit');
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  fs.rmSync(dataDir, { recursive: true, force: true });
}
