import { createHmac } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';

/** One campaign of the emulated account. */
export interface EmulatedAdCampaign {
  id: string;
  name: string;
  /** Its row on a day; null for a day without delivery. Numbers are texts, as Meta sends them. */
  rowOn(day: string): EmulatedRow | null;
}

export interface EmulatedRow {
  spend: string;
  impressions: string;
  clicks: string;
  actions?: Record<string, string>;
  actionValues?: Record<string, string>;
}

export interface EmulatedAdAccount {
  id: string;
  currency: string;
  timeZone: string;
  campaigns: EmulatedAdCampaign[];
}

/** Something that goes wrong, for the next `times` calls that it fits. */
export interface MetaFault {
  times: number;
  on?: 'account' | 'campaigns' | 'insights';
  /** An error of the Graph API. */
  error?: { code: number; error_subcode?: number; message?: string; is_transient?: boolean };
  status?: number;
  /** Answers this text instead. */
  body?: string;
  headers?: Record<string, string>;
  /** Cuts the connection. */
  drop?: boolean;
  delayMs?: number;
  /** Applies only where more days than this are asked for. */
  overDays?: number;
}

export interface MetaEmulatorOptions {
  token: string;
  appSecret?: string;
  accounts: EmulatedAdAccount[];
  /** At most so many elements a page, whatever is asked for. */
  pageSize?: number;
}

const DAY_MS = 86_400_000;

/** As much of Meta's Graph API as the product uses, over real HTTP: pages, cursors, errors, usage headers. */
export class MetaEmulator {
  readonly faults: MetaFault[] = [];
  /** Paths with their queries, as they were asked for, without the secrets. */
  readonly calls: string[] = [];
  readonly #server: Server;

  private constructor(private readonly options: MetaEmulatorOptions) {
    this.#server = createServer((request, response) => {
      void this.#answer(new URL(request.url ?? '/', 'http://emulator'), response);
    });
  }

  static async start(options: MetaEmulatorOptions): Promise<MetaEmulator> {
    const emulator = new MetaEmulator(options);
    await new Promise<void>((resolve) => emulator.#server.listen(0, '127.0.0.1', resolve));
    emulator.#server.unref();
    return emulator;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer({ pathname, searchParams }: URL, response: ServerResponse): Promise<void> {
    const [, , account = '', edge] = pathname.split('/');
    const on = edge === 'insights' ? 'insights' : edge === 'campaigns' ? 'campaigns' : 'account';
    const proofed = this.#isAuthentic(searchParams);
    searchParams.delete('access_token');
    searchParams.delete('appsecret_proof');
    this.calls.push(`${pathname}?${searchParams}`);
    const days = daysIn(searchParams.get('time_range'));
    const fault = this.faults.find(
      (each) =>
        each.times > 0 && (!each.on || each.on === on) && (each.overDays === undefined || days.length > each.overDays),
    );
    if (fault) {
      fault.times -= 1;
      if (await failed(fault, response)) return;
    }
    const headers = fault?.headers ?? {};
    if (!proofed) return refuse(response, { code: 190, error_subcode: 467, message: 'Invalid OAuth access token.' });
    const found = this.options.accounts.find((each) => `act_${each.id}` === account);
    if (!found) return refuse(response, { code: 100, error_subcode: 33, message: 'Unsupported get request.' });
    if (on === 'account') {
      return send(response, 200, { id: account, currency: found.currency, timezone_name: found.timeZone }, headers);
    }
    const items =
      on === 'campaigns'
        ? found.campaigns.map(({ id, name }) => ({ id, name }))
        : found.campaigns.flatMap((campaign) => rowOver(campaign, days, found) ?? []);
    send(response, 200, this.#page(items, searchParams, pathname), headers);
  }

  #isAuthentic(query: URLSearchParams): boolean {
    const { token, appSecret } = this.options;
    const proof = appSecret && createHmac('sha256', appSecret).update(token).digest('hex');
    return query.get('access_token') === token && (!proof || query.get('appsecret_proof') === proof);
  }

  #page(items: object[], query: URLSearchParams, pathname: string): object {
    const size = Math.min(Number(query.get('limit') ?? 25), this.options.pageSize ?? 100);
    const start = Number(Buffer.from(query.get('after') ?? '', 'base64').toString() || 0);
    const after = Buffer.from(String(start + size)).toString('base64');
    const next = `${this.url}${pathname}?access_token=${this.options.token}&after=${after}`;
    return {
      data: items.slice(start, start + size),
      paging: { cursors: { before: 'MA==', after }, ...(start + size < items.length ? { next } : {}) },
    };
  }
}

function daysIn(range: string | null): string[] {
  if (!range) return [];
  const { since, until } = JSON.parse(range) as { since: string; until: string };
  const count = (Date.parse(until) - Date.parse(since)) / DAY_MS + 1;
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(since) + index * DAY_MS).toISOString().slice(0, 10),
  );
}

/** A campaign's row over some days; none without delivery on any of them. */
function rowOver(campaign: EmulatedAdCampaign, days: string[], account: EmulatedAdAccount): object | null {
  const rows = days.flatMap((day) => campaign.rowOn(day) ?? []);
  if (rows.length === 0) return null;
  const sum = (values: (string | undefined)[], places: number) => {
    const total = values.reduce((all, value = '0') => all + Math.trunc(Number(value) * 10 ** places + 0.5), 0);
    return places === 0 ? String(total) : (total / 10 ** places).toString();
  };
  const actions = (pick: (row: EmulatedRow) => Record<string, string> | undefined, places: number) =>
    [...new Set(rows.flatMap((row) => Object.keys(pick(row) ?? {})))].map((type) => ({
      action_type: type,
      value: sum(
        rows.map((row) => pick(row)?.[type]),
        places,
      ),
    }));
  return {
    account_id: account.id,
    account_currency: account.currency,
    campaign_id: campaign.id,
    campaign_name: campaign.name,
    spend: sum(
      rows.map((row) => row.spend),
      2,
    ),
    impressions: sum(
      rows.map((row) => row.impressions),
      0,
    ),
    clicks: sum(
      rows.map((row) => row.clicks),
      0,
    ),
    actions: actions((row) => row.actions, 0),
    action_values: actions((row) => row.actionValues, 2),
  };
}

/** Applies the part of a fault that stands instead of the answer. */
async function failed(fault: MetaFault, response: ServerResponse): Promise<boolean> {
  if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault.drop) {
    response.destroy();
    return true;
  }
  if (fault.body !== undefined) {
    response.writeHead(fault.status ?? 200, { 'content-type': 'application/json' }).end(fault.body);
    return true;
  }
  if (!fault.error) return false;
  refuse(response, fault.error, fault.status ?? 400, fault.headers);
  return true;
}

function refuse(
  response: ServerResponse,
  error: NonNullable<MetaFault['error']>,
  status = 400,
  headers: Record<string, string> = {},
): void {
  send(response, status, { error: { type: 'OAuthException', fbtrace_id: 'A', message: 'failed', ...error } }, headers);
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
