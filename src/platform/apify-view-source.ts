import { ApifyApiError, ApifyClient } from 'apify-client';
import type { Settings } from '../infra/config.js';
import { counter } from '../infra/observability/metrics.js';
import { addMs } from '../shared/clock.js';
import { formatMoney } from '../shared/money.js';
import { ACTORS, holdsInput, readItems } from './actor.rules.js';
import type { Video } from './link.rules.js';
import { Platform } from './platform.js';
import { guardSending, sendWithin, TooLateToSend } from './send-limit.js';
import { type SourceAnswer, SourceError, type ViewSource } from './view-source.js';

const REQUEST_TIMEOUT_SECONDS = 75;
const READ_RETRIES = 2;
const HELD_SECONDS = 30;
const RECENT_RUNS = 1_000;
/** Of the recent runs, so many at most are asked what they were given. */
const INPUTS_READ = 100;
const LOGGER_OFF = 0;
const CLOCK_SKEW_MS = 60_000;
/** Actors may answer with more items than videos; a run that goes on and on is cut. */
const ITEMS_PER_VIDEO = 3;
const SPARE_ITEMS = 20;
const ENDED = new Set(['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED-OUT']);
/** Refusals that pass by themselves. Their HTTP status varies, their type does not. */
const BUSY_TYPES = new Set(['rate-limit-exceeded', 'concurrent-runs-limit-exceeded', 'actor-memory-limit-exceeded']);

const sourceCalls = counter('source_calls_total', 'Calls of the view source, by outcome.', ['outcome']);
const sourceDollars = counter(
  'source_cost_dollars_total',
  'What the view source said that runs had cost when they ended; it may bill more later.',
  ['platform'],
);

/** The view source on Apify's actors, through the real client. @see https://docs.apify.com/api/v2 */
export class ApifyViewSource implements ViewSource {
  readonly #reader: ApifyClient;
  /** Starting is never repeated by the client: a lost reply would start, and pay for, a second run. */
  readonly #starter: ApifyClient;
  readonly #actorIds: Record<Platform, string>;
  readonly #maximumCharge: number;

  constructor(settings: Settings, baseUrl?: string) {
    const common = { token: settings.APIFY_API_KEY ?? 'local', ...(baseUrl ? { baseUrl } : {}) };
    this.#reader = new ApifyClient({ ...common, maxRetries: READ_RETRIES, timeoutSecs: REQUEST_TIMEOUT_SECONDS });
    this.#starter = new ApifyClient({ ...common, maxRetries: 0, timeoutSecs: settings.APIFY_START_TIMEOUT_MS / 1_000 });
    guardSending(this.#starter);
    // It would print to the console, past our log, what we log anyway.
    for (const client of [this.#reader, this.#starter]) client.logger.setLevel(LOGGER_OFF);
    this.#actorIds = {
      [Platform.TIKTOK]: settings.APIFY_ACTOR_TIKTOK,
      [Platform.YOUTUBE]: settings.APIFY_ACTOR_YOUTUBE,
      [Platform.INSTAGRAM]: settings.APIFY_ACTOR_INSTAGRAM,
    };
    // Apify's own price cap in its own dollars, a JSON number on the wire: none of our money.
    this.#maximumCharge = +formatMoney(settings.APIFY_MAX_COST_PER_RUN);
  }

  async start(
    platform: Platform,
    videos: readonly Video[],
    timeLimitMs: number,
    sendLimitMs = Number.POSITIVE_INFINITY,
  ): Promise<string> {
    const actor = ACTORS[platform];
    const start = () =>
      this.#starter.actor(this.#actorIds[platform]).start(actor.input(videos), {
        timeout: Math.ceil(timeLimitMs / 1_000),
        memory: actor.memoryMegabytes,
        maxItems: videos.length,
        maxTotalChargeUsd: this.#maximumCharge,
      });
    const run = await asSourceErrors(() => sendWithin(sendLimitMs, start));
    return run.id;
  }

  async findStarted(
    platform: Platform,
    videos: readonly Video[],
    since: Date,
    known: readonly string[],
  ): Promise<string | null> {
    const wanted = ACTORS[platform].input(videos);
    const earliest = addMs(since, -CLOCK_SKEW_MS);
    const { items } = await asSourceErrors(() =>
      this.#reader
        .actor(this.#actorIds[platform])
        .runs()
        .list({ desc: true, limit: RECENT_RUNS, startedAfter: earliest }),
    );
    const taken = new Set(known);
    const unknown = items.filter((run) => new Date(run.startedAt) >= earliest && !taken.has(run.id));
    for (const run of unknown.slice(0, INPUTS_READ)) {
      const input = await asSourceErrors(() =>
        this.#reader.keyValueStore(run.defaultKeyValueStoreId).getRecord('INPUT'),
      );
      if (holdsInput(input?.value, wanted)) return run.id;
    }
    return null;
  }

  async collect(platform: Platform, runId: string, videos: readonly Video[], waitMs: number): Promise<SourceAnswer> {
    const run = await this.#ended(runId, waitMs);
    if (!run) return readItems(platform, [], videos, 'the run is unknown to the source', true);
    const limit = videos.length * ITEMS_PER_VIDEO + SPARE_ITEMS;
    const { items } = await asSourceErrors(() => this.#reader.dataset(run.defaultDatasetId).listItems({ limit }));
    if (!ENDED.has(run.status)) await this.#abort(runId);
    sourceDollars.inc({ platform }, Math.max(0, run.usageTotalUsd ?? 0));
    if (run.status === 'SUCCEEDED') return readItems(platform, items, videos, 'no item in the answer');
    return readItems(platform, items, videos, `the run ended as ${run.status}`, true);
  }

  /** The run when it has ended, or as it is when the time is up; undefined when there is no such run. */
  async #ended(runId: string, waitMs: number) {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const leftSeconds = Math.max(0, (deadline - performance.now()) / 1_000);
      const waitSecs = Math.ceil(Math.min(leftSeconds, HELD_SECONDS));
      const known = await asSourceErrors(() => this.#reader.run(runId).get());
      if (!known || ENDED.has(known.status) || leftSeconds === 0) return known;
      const run = await asSourceErrors(() => this.#reader.run(runId).waitForFinish({ waitSecs }));
      if (ENDED.has(run.status)) return run;
    }
  }

  /** Nobody waits for it any more; that it cannot be aborted changes nothing for us. */
  async #abort(runId: string): Promise<void> {
    await this.#starter
      .run(runId)
      .abort({ gracefully: true })
      .catch(() => undefined);
  }
}

async function asSourceErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    const answer = await call();
    sourceCalls.inc({ outcome: 'OK' });
    return answer;
  } catch (error) {
    const told = sourceError(error);
    sourceCalls.inc({ outcome: told.failure });
    throw told;
  }
}

/** The request never left this machine. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  TooLateToSend.CODE,
]);

function sourceError(error: unknown): SourceError {
  if (!(error instanceof ApifyApiError)) {
    const code = (error as { code?: string }).code ?? 'unreadable';
    return new SourceError(NEVER_SENT.has(code) ? 'BUSY' : 'LOST', `no reply from Apify (${code})`);
  }
  const { statusCode, type } = error;
  const said = `Apify answered ${statusCode}${type ? ` ${type}` : ''}`;
  if (BUSY_TYPES.has(String(type)) || statusCode === 429) return new SourceError('BUSY', said);
  // A proxy says 408, too, and the run may have been started behind it.
  if (statusCode >= 500 || statusCode === 408 || type === undefined) return new SourceError('LOST', said);
  return new SourceError('REFUSED', said);
}
