import chromium from '@sparticuz/chromium';
import { type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
let context: BrowserContext;
let close: () => Promise<void>;
/** Warnings and errors of the pages. */
const said: string[] = [];
beforeAll(async () => {
  bed = await createTestbed({ settings: { PLAYGROUND: 'true' } });
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    // With these two the browser ends with its first page.
    args: chromium.args.filter((each) => !['--single-process', '--no-zygote'].includes(each)),
    headless: true,
  });
  context = await browser.newContext();
  close = () => browser.close();
}, 120_000);
afterAll(async () => {
  await close();
  await bed.stop();
});

async function openPlayground(): Promise<Page> {
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  await page.goto(`${bed.address}/graphql`);
  await page.waitForSelector('.graphiql-tab-active:has-text("00-shell")');
  return page;
}

const ASK = `fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ me { name } }"}' }).then((answer) => answer.json())`;
const CONNECT = `new Promise((resolve) => {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/graphql', 'graphql-transport-ws');
  socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init' }));
  socket.onmessage = ({ data }) => resolve(JSON.parse(data).type);
  socket.onclose = () => resolve('closed');
})`;

test('the playground starts with its first tab, and keeps a token over tabs and reloads, without a warning', async () => {
  const page = await openPlayground();
  expect(await page.locator('.graphiql-tab').count()).toBe(18);
  expect(await page.locator('.graphiql-tab').first().getAttribute('class')).toContain('active');
  expect(await page.evaluate(ASK)).toEqual({ data: { me: null } });
  expect(await page.evaluate(CONNECT)).toBe('closed');
  await page.fill('#token', await bed.token('clipper'));
  const mine = { data: { me: { name: 'clipper' } } };
  expect(await page.evaluate(ASK)).toEqual(mine);
  expect(await page.evaluate(CONNECT)).toBe('connection_ack');
  await page.reload();
  expect(await page.evaluate(ASK)).toEqual(mine);
  const other = await openPlayground();
  expect(await other.evaluate(ASK)).toEqual(mine);
  expect(await other.inputValue('#token')).toBe(await page.inputValue('#token'));
  // Rubbing it out in one tab does so in all.
  await other.fill('#token', '');
  await page.waitForFunction(`document.getElementById('token').value === ''`);
  expect(await page.evaluate(ASK)).toEqual({ data: { me: null } });
  expect(said.filter((text) => !/WebSocket/.test(text))).toEqual([]);
});
