import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { reduceLink } from '../platform/link.rules.js';
import type { Platform } from '../platform/platform.js';
import { linksOf, withDefaults } from './emulated-input.js';
import { EmulatedViews, itemOf } from './emulated-views.js';
import { bodyOf, fail, parse, pause, send } from './emulator-http.js';

/** Something that goes wrong at the emulated source, for the next `times` requests that it fits. */
export interface Fault {
  on: 'start' | 'run' | 'items';
  platform?: Platform;
  times: number;
  /** Answers this instead. */
  status?: number;
  type?: string;
  body?: string;
  /** Cuts the connection, before or after doing what was asked. */
  drop?: 'before' | 'after';
  /** Answers so much later. */
  delayMs?: number;
  /** Of a started run: how it ends, and what its items are. */
  runStatus?: string;
  items?: (items: unknown[]) => unknown[] | Promise<unknown[]>;
}

interface Run {
  id: string;
  actorId: string;
  platform: Platform | undefined;
  input: unknown;
  items: unknown[];
  status: string;
  finalStatus: string;
  startedAt: Date;
  endsAt: number;
}

export interface ApifyEmulatorOptions {
  port?: number;
  /** How long a run takes. */
  runMs?: number;
  views?: EmulatedViews;
  /** Told after each started run. */
  onStarted?: () => void;
}

const TERMINAL = new Set(['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED-OUT']);
/** As Apify forgets old runs, so do we. */
const RUNS_KEPT = 2_000;

/** Apify's platform API over real HTTP, as far as the product uses it; with scripted videos and faults. */
export class ApifyEmulator {
  readonly views: EmulatedViews;
  readonly faults: Fault[] = [];
  readonly runs: Run[] = [];
  readonly #server: Server;
  readonly #options: ApifyEmulatorOptions;

  private constructor(options: ApifyEmulatorOptions) {
    this.#options = options;
    this.views = options.views ?? new EmulatedViews();
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: ApifyEmulatorOptions = {}): Promise<ApifyEmulator> {
    const emulator = new ApifyEmulator(options);
    await new Promise<void>((resolve, reject) => {
      emulator.#server.once('error', reject);
      emulator.#server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    emulator.#server.unref();
    return emulator;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await bodyOf(request);
    if (!/^Bearer .+/.test(request.headers.authorization ?? '')) return fail(response, 401, 'token-not-provided');
    const [, version, kind, id = '', ...rest] = url.pathname.split('/');
    if (version !== 'v2') return fail(response, 404, 'page-not-found');
    const route = `${request.method} ${kind}/${rest.join('/')}`;
    if (/^POST act(or)?s\/runs$/.test(route)) return this.#start(id, body, response);
    if (/^GET act(or)?s\/runs$/.test(route)) return this.#list(id, url, response);
    if (route === 'GET actor-runs/') return this.#run(id, url, response);
    if (route === 'POST actor-runs/abort') return this.#abort(id, response);
    if (route === 'GET actor-runs/dataset/items' || route === 'GET datasets/items')
      return this.#items(id.replace(/^DS-/, ''), url, response);
    if (route === 'GET key-value-stores/records/INPUT') return this.#input(id.replace(/^KV-/, ''), response);
    return fail(response, 404, 'page-not-found');
  }

  #fault(on: Fault['on'], platform: Platform | undefined): Fault | undefined {
    const fault = this.faults.find(
      (each) => each.on === on && each.times > 0 && (!each.platform || each.platform === platform),
    );
    if (fault) fault.times -= 1;
    return fault;
  }

  async #start(actorId: string, body: string, response: ServerResponse): Promise<void> {
    const input = parse(body);
    const links = linksOf(input);
    if (!links) return fail(response, 400, 'invalid-input', 'Input is not valid: it names no links');
    const videos = links.map((link) => ({ link, video: reduceLink(link) }));
    const platform = videos.flatMap(({ video }) => ('platform' in video ? video.platform : []))[0];
    const fault = this.#fault('start', platform);
    if (await refused(fault, response)) return;
    const items = videos.flatMap(({ link, video }) => {
      if (!('platform' in video)) return { url: link, error: 'INVALID_URLS' };
      return itemOf(video.platform, video.videoId, link, this.views.ask(video.platform, video.videoId)) ?? [];
    });
    const run: Run = {
      id: randomBytes(9).toString('hex').slice(0, 17),
      actorId,
      platform,
      input: withDefaults(input),
      items: fault?.items ? await fault.items(items) : items,
      status: 'READY',
      finalStatus: fault?.runStatus ?? 'SUCCEEDED',
      startedAt: new Date(),
      endsAt: Date.now() + (this.#options.runMs ?? 0),
    };
    this.runs.push(run);
    if (this.runs.length > RUNS_KEPT) this.runs.shift();
    this.#options.onStarted?.();
    if (fault?.drop === 'after') return void response.destroy();
    send(response, 201, { data: this.#describe(run) }, { location: `${this.url}/v2/actor-runs/${run.id}` });
  }

  #describe(run: Run) {
    if (!TERMINAL.has(run.status)) run.status = Date.now() >= run.endsAt ? run.finalStatus : 'RUNNING';
    const done = TERMINAL.has(run.status);
    return {
      id: run.id,
      actId: run.actorId,
      userId: 'local',
      startedAt: run.startedAt.toISOString(),
      finishedAt: done ? new Date(run.endsAt).toISOString() : null,
      status: run.status,
      statusMessage: null,
      meta: { origin: 'API' },
      stats: { runTimeSecs: 0, computeUnits: 0 },
      options: { build: 'latest' },
      defaultKeyValueStoreId: `KV-${run.id}`,
      defaultDatasetId: `DS-${run.id}`,
      usageTotalUsd: done ? run.items.length * 0.003 : 0,
    };
  }

  #find(id: string): Run | undefined {
    return this.runs.find((run) => run.id === id);
  }

  async #run(id: string, url: URL, response: ServerResponse): Promise<void> {
    const run = this.#find(id);
    if (await refused(this.#fault('run', run?.platform), response)) return;
    if (!run) return fail(response, 404, 'record-not-found', 'Actor run was not found');
    const heldUntil = Date.now() + Math.min(Number(url.searchParams.get('waitForFinish') ?? 0), 60) * 1_000;
    while (!TERMINAL.has(this.#describe(run).status) && Date.now() < heldUntil) await pause(20);
    send(response, 200, { data: this.#describe(run) });
  }

  #list(actorId: string, url: URL, response: ServerResponse): void {
    const limit = Number(url.searchParams.get('limit') ?? 1_000);
    const after = new Date(url.searchParams.get('startedAfter') ?? 0);
    const items = this.runs
      .filter((run) => run.actorId === actorId && run.startedAt >= after)
      .reverse()
      .slice(0, limit)
      .map((run) => this.#describe(run));
    send(response, 200, { data: { total: items.length, offset: 0, limit, count: items.length, desc: true, items } });
  }

  #abort(id: string, response: ServerResponse): void {
    const run = this.#find(id);
    if (!run) return fail(response, 404, 'record-not-found', 'Actor run was not found');
    run.finalStatus = 'ABORTED';
    run.endsAt = Date.now();
    send(response, 200, { data: { ...this.#describe(run), status: 'ABORTING' } });
  }

  async #items(id: string, url: URL, response: ServerResponse): Promise<void> {
    const run = this.#find(id);
    const fault = this.#fault('items', run?.platform);
    if (await refused(fault, response)) return;
    if (!run) return fail(response, 404, 'record-not-found', 'Dataset was not found');
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 999_999_999);
    const all = fault?.items ? await fault.items(run.items) : run.items;
    const items = all.slice(offset, offset + limit);
    const pagination = { total: all.length, offset, limit, count: items.length, desc: false };
    send(
      response,
      200,
      items,
      Object.fromEntries(
        Object.entries(pagination).map(([name, value]) => [`x-apify-pagination-${name}`, String(value)]),
      ),
    );
  }

  #input(id: string, response: ServerResponse): void {
    const run = this.#find(id);
    if (!run) return fail(response, 404, 'record-not-found', 'Record was not found');
    send(response, 200, run.input);
  }
}

/** Applies the part of a fault that stands instead of the answer. */
async function refused(fault: Fault | undefined, response: ServerResponse): Promise<boolean> {
  if (!fault) return false;
  if (fault.delayMs) await pause(fault.delayMs);
  if (fault.drop === 'before') {
    response.destroy();
    return true;
  }
  if (fault.body !== undefined) {
    response.writeHead(fault.status ?? 200, { 'content-type': 'application/json' }).end(fault.body);
    return true;
  }
  if (fault.status === undefined) return false;
  fail(response, fault.status, fault.type ?? 'internal-server-error');
  return true;
}
