import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Page } from 'playwright-core';

const { TEST_BROWSER } = process.env;

/** Tests in a browser; skipped where the setup found none and said so. */
export const describeBrowser = TEST_BROWSER ? describe : describe.skip;

const KEY = 'clipledger.token';
/** What a screen may take on a busy machine. */
const LIMIT_MS = 90_000;

export interface OpenOptions {
  /** Of the session; none: a visitor. */
  token?: string;
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
  /** Errors that the test causes on purpose. */
  expected?: RegExp;
  /** Hosts besides the API's that the page may ask. */
  hosts?: string[];
}

/** Pages of the console. Each writes down its errors and every request to another host; none() must hold at the end. */
export class ConsoleBrowser {
  readonly #problems: string[] = [];
  readonly #contexts: BrowserContext[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly address: string,
  ) {}

  static async start(address: string): Promise<ConsoleBrowser> {
    return new ConsoleBrowser(await chromium.launch(JSON.parse(TEST_BROWSER ?? '{}') as LaunchOptions), address);
  }

  /** Opens an address of the console in a session of its own. */
  async open(path: string, options: OpenOptions = {}): Promise<Page> {
    const { token, width = 1_280, height = 900, scheme = 'light' } = options;
    const context = await this.browser.newContext({
      baseURL: this.address,
      viewport: { width, height },
      colorScheme: scheme,
      locale: 'en-US',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(LIMIT_MS);
    context.on('page', (page) => this.#watch(page, options));
    const page = await context.newPage();
    if (token) await page.addInitScript(keepToken, { key: KEY, token });
    await page.goto(path);
    return page;
  }

  #watch(page: Page, { expected, hosts = [] }: OpenOptions): void {
    const note = (problem: string) => {
      if (!expected?.test(problem)) this.#problems.push(problem);
    };
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') note(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => note(`page: ${error.message}`));
    page.on('request', (request) => {
      const { host, protocol } = new URL(request.url());
      const own = host === new URL(this.address).host || hosts.includes(host);
      if (!own && protocol !== 'data:' && protocol !== 'blob:') note(`another host: ${request.url()}`);
    });
  }

  /** Closes the pages, and answers what none of them expected. */
  async closePages(): Promise<string[]> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    return this.#problems.splice(0);
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}

/** Runs in the page: a session is kept once, so that the test may see it end. */
function keepToken({ key, token }: { key: string; token: string }): void {
  const { sessionStorage } = globalThis as unknown as {
    sessionStorage: { getItem(name: string): string | null; setItem(name: string, value: string): void };
  };
  if (sessionStorage.getItem('test.kept') !== null) return;
  sessionStorage.setItem('test.kept', 'true');
  sessionStorage.setItem(key, token);
}

/** Starts a browser for the tests of a file: after each of them no page may have had a problem. */
export function useBrowser(address: () => string): { readonly browser: ConsoleBrowser } {
  const used: { browser?: ConsoleBrowser } = {};
  beforeAll(async () => {
    used.browser = await ConsoleBrowser.start(address());
  });
  afterEach(async () => {
    expect(await used.browser?.closePages()).toEqual([]);
  });
  afterAll(() => used.browser?.stop());
  return {
    get browser() {
      if (!used.browser) throw new Error('the browser has not started');
      return used.browser;
    },
  };
}
