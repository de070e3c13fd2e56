import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * IPv4 addresses that are not of the open internet: this machine, its network, its cloud, and what is set aside.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const CLOSED_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/**
 * Of IPv6 only 2000::/3 is assigned to the open internet, so everything else is closed: loopback, private (fc00::/7),
 * link-local (fe80::/10), site-local (fec0::/10), discard (100::/64), NAT64 (64:ff9b::/96, 64:ff9b:1::/48). Within it
 * these are closed, because they lead to an IPv4 address of somebody's choice or are set aside.
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const CLOSED_WITHIN_OPEN_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const closed = new BlockList();
for (const [network, prefix] of CLOSED_IPV4) closed.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of CLOSED_WITHIN_OPEN_IPV6) closed.addSubnet(network, prefix, 'ipv6');
const open = new BlockList();
open.addSubnet('2000::', 3, 'ipv6');
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Whether an address is one of the open internet. What is no address is none. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  if (!isIPv6(address)) return !closed.check(address, 'ipv4');
  // Node compares an IPv4 address written as IPv6 (::ffff:a.b.c.d, ::ffff:7f00:1) with the rules for IPv4.
  if (mapped.check(address, 'ipv6')) return !closed.check(address, 'ipv6');
  return open.check(address, 'ipv6') && !closed.check(address, 'ipv6');
}
