import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4 } from 'node:net';

/** An IPv6 customer has at least this many leading groups (a /64) to themselves. */
const CUSTOMER_GROUPS = 4;
const GROUPS = 8;

/**
 * Where a call comes from, as a key that calls are counted by: an IPv4 address, or the /64 of an IPv6 address.
 * @param proxyHops how many trusted proxies have added to X-Forwarded-For; with 0 the header is not believed
 */
export function addressOfCaller(request: Pick<IncomingMessage, 'headers' | 'socket'>, proxyHops: number): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
  const claimed = proxyHops > 0 ? networkOf(forwarded.at(-proxyHops) ?? '') : undefined;
  return claimed ?? networkOf(request.socket.remoteAddress ?? '') ?? 'unknown';
}

/** The network of an address, which may carry a port, brackets or a zone; undefined for what is no address. */
function networkOf(text: string): string | undefined {
  const address = withoutPort(text.trim()).split('%')[0] ?? '';
  if (isIP(address) !== 6) return isIPv4(address) ? address : undefined;
  const embedded = /^(?:::ffff:)(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return embedded ?? groupsOf(address).slice(0, CUSTOMER_GROUPS).join(':');
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1];
  return bracketed ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  // Two groups in the place of an IPv4 address at the end: only the first four groups are read.
  const [head = '', tail] = address
    .toLowerCase()
    .replace(/\d+\.\d+\.\d+\.\d+$/, '0:0')
    .split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const missing = tail === undefined ? 0 : GROUPS - before.length - after.length;
  return [...before, ...Array<string>(missing).fill('0'), ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}
