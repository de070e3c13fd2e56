import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Settings } from '../infra/config.js';
import { type AdAccount, type AdCampaign, type AdsSource, AdsSourceError, type Days } from './ads-source.js';
import { addRows, type RawRow, rawRow } from './insight-row.rules.js';
import { classify, type MetaError, metaErrorBody, pauseAfter } from './meta-error.rules.js';
import { halves } from './period.rules.js';

const CALL_LIMIT_MS = 30_000;
const BODY_LIMIT_BYTES = 20_000_000;
const TRIES = 4;
const RETRY_MS = 500;
/** A longer pause is for the next refresh. */
const LONGEST_PAUSE_MS = 5 * 60_000;
const PAGE_SIZE = 100;
const PAGES_LIMIT = 200;
const INSIGHT_FIELDS = 'campaign_id,campaign_name,account_currency,spend,impressions,clicks,actions,action_values';

const page = z.object({
  data: z.array(z.unknown()).max(10_000),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string().optional() }).optional() })
    .optional(),
});
const account = z.object({ currency: z.string().regex(/^[A-Z]{3}$/), timezone_name: z.string().min(1).max(100) });
const campaign = z.object({ id: z.string().regex(/^\d{1,30}$/), name: z.string().max(500).default('') });

type Query = Record<string, string>;

/** The answer says that it would be too much: what is asked for must be cut in two. */
class TooMuchData extends Error {}

/**
 * The Meta Graph API, over plain HTTP: pages by cursor, errors by their codes, pauses by the usage headers. The token
 * is in the query, as Meta wants it, so addresses are never told anywhere.
 */
export class MetaAdsSource implements AdsSource {
  readonly accountIds: readonly string[];
  readonly #base: string;
  readonly #secrets: Query;
  readonly #retryMs: number;

  constructor(
    settings: Pick<Settings, 'META_ACCESS_TOKEN' | 'META_APP_SECRET' | 'META_AD_ACCOUNT_IDS' | 'META_API_VERSION'>,
    baseUrl: string,
    retryMs = RETRY_MS,
  ) {
    const { META_ACCESS_TOKEN: token = '', META_APP_SECRET: secret } = settings;
    this.accountIds = settings.META_AD_ACCOUNT_IDS;
    this.#base = `${baseUrl.replace(/\/$/, '')}/${settings.META_API_VERSION}`;
    const proof = secret && createHmac('sha256', secret).update(token).digest('hex');
    this.#secrets = { access_token: token, ...(proof ? { appsecret_proof: proof } : {}) };
    this.#retryMs = retryMs;
  }

  async findAccount(accountId: string, signal: AbortSignal): Promise<AdAccount> {
    const body = await this.#get(`act_${accountId}`, { fields: 'currency,timezone_name' }, signal);
    const { currency, timezone_name: timeZone } = read(account, body, 'an account');
    return { accountId, currency, timeZone };
  }

  async findCampaigns(accountId: string, signal: AbortSignal): Promise<AdCampaign[]> {
    const statuses = JSON.stringify(['ACTIVE', 'PAUSED', 'ARCHIVED', 'IN_PROCESS', 'WITH_ISSUES']);
    const items = await this.#pages(
      `act_${accountId}/campaigns`,
      { fields: 'id,name', effective_status: statuses },
      signal,
    );
    return items.map((item) => {
      const { id, name } = read(campaign, item, 'a campaign');
      return { adCampaignId: id, name };
    });
  }

  async findRows(accountId: string, days: Days, signal: AbortSignal): Promise<RawRow[]> {
    try {
      const asked = { level: 'campaign', fields: INSIGHT_FIELDS, time_range: JSON.stringify(days) };
      const items = await this.#pages(`act_${accountId}/insights`, asked, signal);
      return onePerCampaign(items.map((item) => read(rawRow, item, 'a row')));
    } catch (error) {
      const parts = error instanceof TooMuchData ? halves(days) : null;
      if (!parts) throw error instanceof TooMuchData ? busy('One day is too much data for the source.') : error;
      const [first, second] = [
        await this.findRows(accountId, parts[0], signal),
        await this.findRows(accountId, parts[1], signal),
      ];
      return merge(first, second);
    }
  }

  async #pages(path: string, query: Query, signal: AbortSignal): Promise<unknown[]> {
    const items: unknown[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < PAGES_LIMIT; pages += 1) {
      const asked = { ...query, limit: String(PAGE_SIZE), ...(after ? { after } : {}) };
      const { data, paging } = read(page, await this.#get(path, asked, signal), 'a page');
      items.push(...data);
      // A page may be empty and still have a next one; the address in "next" holds the token and is not followed.
      const next = paging?.next ? paging.cursors?.after : undefined;
      if (!next || next === after) return items;
      after = next;
    }
    throw garbage(`more than ${PAGES_LIMIT} pages`);
  }

  async #get(path: string, query: Query, signal: AbortSignal): Promise<unknown> {
    for (let tried = 1; ; tried += 1) {
      const answer = await this.#once(path, query, signal);
      if ('body' in answer) return answer.body;
      if (tried === TRIES) throw busy(answer.why);
      await sleep(answer.waitMs ?? this.#retryMs * 2 ** (tried - 1), undefined, { signal, ref: false }).catch(() => {
        throw busy('The source did not answer in time.');
      });
    }
  }

  /** One call: its body, or why and how much later to try again. */
  async #once(
    path: string,
    query: Query,
    signal: AbortSignal,
  ): Promise<{ body: unknown } | { why: string; waitMs?: number }> {
    const search = new URLSearchParams({ ...query, ...this.#secrets });
    let response: Response;
    let text: string;
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(CALL_LIMIT_MS)]);
      response = await fetch(`${this.#base}/${path}?${search}`, { signal: limit, redirect: 'error' });
      text = await textOf(response);
    } catch {
      if (signal.aborted) throw busy('The source did not answer in time.');
      return { why: 'The source cannot be reached.' };
    }
    const body = parse(text);
    const failed = metaErrorBody.safeParse(body).data?.error;
    const pauseMs = pauseAfter(response.headers);
    if (failed) return this.#refused(failed, pauseMs);
    if (!response.ok) return { why: `The source answers HTTP ${response.status}.` };
    if (body === undefined) return { why: 'The source answers something that is not JSON.' };
    if (pauseMs > 0) await this.#pause(pauseMs, signal);
    return { body };
  }

  #refused(error: MetaError, pauseMs: number): { why: string; waitMs?: number } {
    const subcode = error.error_subcode ? `/${error.error_subcode}` : '';
    const told = `${error.code}${subcode} ${this.#withoutSecrets(error.message)}`.slice(0, 300);
    const kind = classify(error);
    if (kind === 'ASK_FOR_LESS') throw new TooMuchData(told);
    if (kind === 'TOKEN') throw new AdsSourceError('TOKEN', `The source refuses our token or its rights: ${told}`);
    if (kind === 'REFUSED') throw garbage(`an error: ${told}`);
    if (kind === 'RETRY') return { why: `The source failed: ${told}` };
    if (pauseMs === 0 || pauseMs > LONGEST_PAUSE_MS) throw busy(`The source's limit is reached: ${told}`);
    return { why: `The source's limit is reached: ${told}`, waitMs: pauseMs };
  }

  async #pause(pauseMs: number, signal: AbortSignal): Promise<void> {
    if (pauseMs > LONGEST_PAUSE_MS) throw busy("The source's limit is nearly reached.");
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {
      throw busy("The source's limit is nearly reached.");
    });
  }

  #withoutSecrets(text: string): string {
    return Object.values(this.#secrets).reduce(
      (told, secret) => (secret ? told.replaceAll(secret, '[cut]') : told),
      text,
    );
  }
}

const busy = (why: string) => new AdsSourceError('BUSY', why);
const garbage = (what: string) => new AdsSourceError('GARBAGE', `The source answers ${what}.`);

async function textOf(response: Response): Promise<string> {
  const declared = response.headers.get('content-length');
  if (declared && BigInt(declared) > BigInt(BODY_LIMIT_BYTES)) throw garbage('more than can be read');
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > BODY_LIMIT_BYTES) throw garbage('more than can be read');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function read<T>(form: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw garbage(`${what} that is none (${issue?.path.join('.')}: ${issue?.message})`);
}

/** The same campaign twice in one answer would count twice. */
function onePerCampaign(rows: RawRow[]): RawRow[] {
  const ids = new Set(rows.map((row) => row.campaign_id));
  if (ids.size < rows.length) throw garbage('two rows for one campaign');
  return rows;
}

function merge(one: readonly RawRow[], other: readonly RawRow[]): RawRow[] {
  const rows = new Map(one.map((row) => [row.campaign_id, row]));
  for (const row of other) {
    const known = rows.get(row.campaign_id);
    rows.set(row.campaign_id, known ? addRows(known, row) : row);
  }
  return [...rows.values()];
}
