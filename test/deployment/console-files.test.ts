import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fastify } from 'fastify';
import { registerConsole } from '../../src/infra/http/console-routes.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const BUILT = path.join('dist', 'console');
const FIRST_LOAD_LIMIT_BYTES = 300_000;
const page = () => fs.readFileSync(path.join(BUILT, 'index.html'), 'utf8');

/** Scripts that the page loads before it shows anything: those it names, and what they import at once. */
function firstScripts(): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    const text = fs.readFileSync(path.join(BUILT, name), 'utf8');
    for (const [, target] of text.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g))
      visit(path.posix.join(path.posix.dirname(name), target as string));
  };
  for (const [, name] of page().matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)) visit(name as string);
  return found;
}

test('the first load is under 300 kB of script, gzipped, without plots, sign-in by OpenID Connect or screens of admins', () => {
  const scripts = [...firstScripts()];
  expect(scripts.length).toBeGreaterThan(1);
  const sizes = scripts.map((name) => gzipSync(fs.readFileSync(path.join(BUILT, name))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_LOAD_LIMIT_BYTES);
  expect(scripts.filter((name) => /plots|oidc|Overview|PayoutQueue|Reviews/i.test(name))).toEqual([]);
});

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());
const get = (address: string, accept = 'text/html') => fetch(bed.address + address, { headers: { accept } });

test('hashed files are kept for ever, the page never, and each page has a nonce of its own', async () => {
  const script = /src="(\/assets\/[^"]+)"/.exec(page())?.[1] ?? '';
  const file = await get(script, '*/*');
  expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect((await get('/icon.svg', '*/*')).headers.get('cache-control')).toBe('no-cache');
  const policies = await Promise.all(
    ['/', '/admin/campaigns?status=DRAFT'].map(async (address) => {
      const response = await get(address);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const policy = response.headers.get('content-security-policy') ?? '';
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
      expect(await response.text()).toContain(`name="csp-nonce" content="${nonce}"`);
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("connect-src 'self';");
      expect(policy).not.toContain('unsafe');
      return policy;
    }),
  );
  expect(new Set(policies).size).toBe(2);
});

test.each(['/assets/nothing.js', '/assets/../../package.json', '/assets/%2e%2e/%2e%2e/package.json', '/.env'])(
  'nothing outside of the build is served: %s is answered 404 or the page',
  async (address) => {
    const response = await get(address, '*/*');
    expect(response.status).toBe(404);
  },
);

test('CONSOLE=false: / is answered 404', async () => {
  const without = await createTestbed({ settings: { CONSOLE: 'false' } });
  try {
    for (const address of ['/', '/campaigns', '/icon.svg'])
      expect((await fetch(without.address + address, { headers: { accept: 'text/html' } })).status).toBe(404);
  } finally {
    await without.stop();
  }
});

test('without a build / says how to build it', async () => {
  const app = fastify();
  registerConsole(app, { folder: path.join('dist', 'nothing'), demo: false, connectTo: async () => [] });
  const { statusCode, body } = await app.inject({ url: '/' });
  expect(statusCode).toBe(503);
  expect(body).toContain('npm run build:console');
  await app.close();
});
