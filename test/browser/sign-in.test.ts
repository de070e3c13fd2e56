import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { describeBrowser, useBrowser } from '../support/browser.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

/** Long enough to sign in, short enough to wait for. */
const TOKEN_SECONDS = 6;

describeBrowser('sign-in at an OpenID provider', () => {
  let provider: ChildProcess;
  let host: string;
  let bed: Testbed;
  beforeAll(async () => {
    const file = path.join(import.meta.dirname, '..', 'support', 'oidc-provider.mjs');
    provider = fork(file, [String(TOKEN_SECONDS)], { silent: true, execArgv: [] });
    const [line] = (await once(provider.stdout!, 'data')) as [Buffer];
    const issuer = line.toString().trim();
    host = new URL(issuer).host;
    bed = await createTestbed({
      settings: {
        AUTH_OIDC_ISSUER: issuer,
        AUTH_OIDC_CLIENT_ID: 'console',
        AUTH_OIDC_AUDIENCE: 'https://clipledger.example.com/api',
        AUTH_EMAILS_ARE_VERIFIED: 'false',
      },
    });
  });
  afterAll(async () => {
    await bed.stop();
    provider.kill();
  });
  const used = useBrowser(() => bed.address);

  const enter = async (name: string) => {
    const page = await used.browser.open('/payouts', { hosts: [host] });
    const addresses: string[] = [];
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    await page.getByRole('button', { name: `Sign in at ${host}` }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.getByRole('heading', { name: 'Payouts' }).waitFor();
    return { page, addresses };
  };

  test('U1 the code flow comes back to the address, the token is renewed, and no address carries one', async () => {
    const { page, addresses } = await enter('clara');
    const first = await tokenOf(page);
    await page.waitForFunction(
      (before) => (globalThis as unknown as Kept).sessionStorage.getItem('clipledger.token') !== before,
      first,
    );
    const second = await tokenOf(page);
    await page.getByRole('link', { name: 'Profile' }).click();
    await page.getByText('clara@example.com').waitFor();
    expect(addresses.filter((each) => each.includes(first.slice(0, 30)) || each.includes(second.slice(0, 30)))).toEqual(
      [],
    );
    expect(addresses.some((each) => each.includes('/sign-in/callback?code='))).toBe(true);
    expect(new URL(page.url()).pathname).toBe('/profile');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(() => Object.keys((globalThis as unknown as Kept).sessionStorage))).toEqual([]);
  });

  test('U1 without a refresh token the page asks to sign in again and keeps what was typed', async () => {
    provider.send({ renewal: false });
    const { page } = await enter('cora');
    await page.getByRole('link', { name: 'Profile' }).click();
    await page.getByLabel('Name').fill('Cora Long');
    const dialog = page.getByRole('dialog', { name: 'Your session has expired' });
    await dialog.waitFor();
    await dialog.getByRole('button', { name: `Sign in at ${host}` }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Name').inputValue()).toBe('Cora Long');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your name is now Cora Long.').waitFor();
  });
});

interface Kept {
  sessionStorage: { getItem(name: string): string | null };
}

const tokenOf = async (page: Page): Promise<string> =>
  (await page.evaluate(() => (globalThis as unknown as Kept).sessionStorage.getItem('clipledger.token'))) ?? '';
