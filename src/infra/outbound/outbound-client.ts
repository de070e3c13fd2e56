import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.rules.js';

const HEADERS_LIMIT_BYTES = 16_384;

type Lookup = (host: string, options: object, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;

export interface OutboundRequest {
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** From the call to the answer's headers, the lookup of the name included. */
  limitMs: number;
}

/** The head of an answer. Its body is not read. */
export interface OutboundAnswer {
  status: number;
  headers: IncomingHttpHeaders;
}

/** There is no answer: no address, no connection, or no time left. It says nothing about what was sent. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
}

/**
 * Sends requests to addresses that somebody else chose, without being led inside. Only HTTPS, and only to addresses of
 * the open internet. The address is checked where the connection is made, so a second answer of the DNS cannot lead
 * elsewhere. A redirect is an answer and is not followed. No cookies, no connection kept.
 * @see docs/security.md
 */
export class OutboundClient {
  /**
   * @param lookup how names become addresses; for tests
   * @param allows which addresses may be connected to; for tests
   */
  constructor(
    private readonly lookup: Lookup = (host, options, done) => dnsLookup(host, { ...options, all: true }, done),
    private readonly allows: (address: string) => boolean = isPublicAddress,
  ) {}

  /** @throws OutboundError */
  send(url: URL, { method, headers, body, limitMs }: OutboundRequest): Promise<OutboundAnswer> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new OutboundError(error.message));
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (url.protocol !== 'https:') return fail(new Error(`${url.protocol} is not https:`));
      // Node asks no lookup about an address, so it is checked here.
      if (isIP(host) !== 0 && !this.allows(host)) return fail(new Error(`${host} is not a public address`));
      const sent = request(
        url,
        {
          method,
          signal: AbortSignal.timeout(limitMs),
          maxHeaderSize: HEADERS_LIMIT_BYTES,
          headers: { 'user-agent': 'clipledger', ...headers },
          agent: false,
          lookup: (name, options, done) => this.#lookUp(name, options, done),
        },
        (response) => {
          const { statusCode = 0, headers: answered } = response;
          response.once('error', () => undefined);
          response.destroy();
          resolve({ status: statusCode, headers: answered });
        },
      );
      sent.once('error', fail);
      sent.end(body);
    });
  }

  #lookUp(
    name: string,
    options: object,
    done: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
  ): void {
    this.lookup(name, options, (error, addresses) => {
      const open = addresses?.filter(({ address }) => this.allows(address)) ?? [];
      const [first] = open;
      if (error || !first) return done(error ?? new Error(`${name} has no public address`), '', 4);
      return 'all' in options && options.all ? done(null, open) : done(null, first.address, first.family);
    });
  }
}
