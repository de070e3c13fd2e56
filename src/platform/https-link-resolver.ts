import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { request } from 'node:https';
import { BlockList, isIPv6 } from 'node:net';
import { LinkError, type LinkResolver } from './link-resolver.js';

/** The host does not want to answer us at the moment; it says nothing of the link. */
const NOT_NOW = new Set([403, 408, 425, 429]);
const HOP_LIMIT_MS = 5_000;
const HEADERS_LIMIT_BYTES = 16_384;

/** Addresses that are not of the open internet: this machine, its network, its cloud. */
const closed = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  closed.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['2002::', 16],
] as const)
  closed.addSubnet(network, prefix, 'ipv6');

/** Whether an address is one of the open internet. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPublicAddress(mapped);
  return !closed.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

type Lookup = (host: string, options: object, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;

/**
 * Over HTTPS, to addresses of the open internet alone: what the name leads to is checked where the connection is made, so
 * that no second answer of the DNS can lead elsewhere. No cookies, no body, a time limit.
 */
export class HttpsLinkResolver implements LinkResolver {
  /** @param lookup how names become addresses; for tests */
  constructor(
    private readonly lookup: Lookup = (host, options, done) => dnsLookup(host, { ...options, all: true }, done),
  ) {}

  locationOf(url: URL): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new LinkError(error.message));
      const asked = request(
        url,
        {
          method: 'GET',
          timeout: HOP_LIMIT_MS,
          signal: AbortSignal.timeout(HOP_LIMIT_MS),
          maxHeaderSize: HEADERS_LIMIT_BYTES,
          headers: { accept: 'text/html', 'user-agent': 'clipledger' },
          agent: false,
          lookup: (host, options, done) => {
            this.lookup(host, options, (error, addresses) => {
              const open = addresses?.filter(({ address }) => isPublicAddress(address)) ?? [];
              const [first] = open;
              if (error || !first) return done(error ?? new Error(`${host} has no public address`), '', 4);
              return 'all' in options && options.all ? done(null, open) : done(null, first.address, first.family);
            });
          },
        },
        (response) => {
          const status = response.statusCode ?? 0;
          const location = status >= 300 && status < 400 ? (response.headers.location ?? null) : null;
          response.destroy();
          if (status >= 500 || NOT_NOW.has(status)) fail(new Error(`HTTP ${status}`));
          else resolve(location);
        },
      );
      asked.once('timeout', () => asked.destroy(new Error('no answer in time')));
      asked.once('error', fail);
      asked.end();
    });
  }
}
