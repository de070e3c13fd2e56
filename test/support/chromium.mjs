// Finds a browser for the tests and the screenshots: the one that comes with the packages, or an installed Chrome.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
/** Those of the package that weaken what is tested (--disable-web-security) or end the whole browser with one page are not taken. */
const ARGS = ['--no-sandbox', '--font-render-hinting=none', '--disable-gpu', '--disable-dev-shm-usage'];
const LAUNCH_LIMIT_MS = 30_000;

/**
 * Finds a browser that starts.
 * @returns what playwright's chromium.launch is given
 * @throws Error that says why there is none
 */
export async function findBrowser() {
  const candidates = process.platform === 'linux' && process.arch === 'x64' ? await fromPackage() : [];
  const reasons = [];
  for (const candidate of [...candidates, { channel: 'chrome', args: ARGS }]) {
    const options = { ...candidate, timeout: LAUNCH_LIMIT_MS };
    try {
      await (await chromium.launch(options)).close();
      return options;
    } catch (error) {
      reasons.push(String(error.message).split('\n')[0]);
    }
  }
  throw new Error(reasons.join('; '));
}

/** Chromium as it is packed in @sparticuz/chromium: with the system's libraries, and with those that it brings. */
async function fromPackage() {
  const { version } = JSON.parse(fs.readFileSync(manifestOf('@sparticuz/chromium'), 'utf8'));
  const folder = path.join(os.tmpdir(), `clipledger-chromium-${version}`);
  if (!fs.existsSync(folder)) await unpack(folder);
  const executablePath = path.join(folder, 'chromium');
  const env = { ...process.env, FONTCONFIG_FILE: path.join(folder, 'fonts.conf') };
  const libraries = [path.join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return [
    { executablePath, args: ARGS, env },
    { executablePath, args: ARGS, env: { ...env, LD_LIBRARY_PATH: libraries } },
  ];
}

const manifestOf = (name) =>
  require.resolve
    .paths(name)
    .map((folder) => path.join(folder, name, 'package.json'))
    .find((file) => fs.existsSync(file));

/** Unpacks into a folder of its own first: another test run must not find half of it. */
async function unpack(folder) {
  const half = fs.mkdtempSync(`${folder}-`);
  const before = process.env.TMPDIR;
  // The package unpacks into the folder for temporary files.
  process.env.TMPDIR = half;
  try {
    const { default: packed, inflate } = await import('@sparticuz/chromium');
    await packed.executablePath();
    await inflate(path.join(path.dirname(manifestOf('@sparticuz/chromium')), 'bin', 'al2023.tar.br'));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  fs.writeFileSync(path.join(half, 'fonts.conf'), fontsIn(folder));
  try {
    fs.renameSync(half, folder);
  } catch (error) {
    // Another run was faster.
    if (!fs.existsSync(path.join(folder, 'chromium'))) throw error;
    fs.rmSync(half, { recursive: true });
  }
}

const fontsIn = (folder) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
