import fc from 'fast-check';
import { isPublicAddress } from '../../src/infra/outbound/public-address.rules.js';

test.each([
  ['8.8.8.8', true],
  ['1.1.1.1', true],
  ['2606:4700:4700::1111', true],
  ['2a00:1450:4001:81b::200e', true],
  ['::ffff:8.8.8.8', true],
  ['::ffff:808:808', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['192.0.2.7', false],
  ['192.88.99.1', false],
  ['198.51.100.1', false],
  ['203.0.113.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['::7f00:1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['::ffff:0:127.0.0.1', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['2606:4700:4700::1111%eth0', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['100::1', false],
  ['64:ff9b::7f00:1', false],
  ['64:ff9b:1::1', false],
  ['64:ff9b:1:fffe::a00:1', false],
  ['2001::1', false],
  ['2001:0:7f00:1::', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['3fff::1', false],
  ['5f00::1', false],
  ['', false],
  ['localhost', false],
  ['0x7f.1', false],
  ['2130706433', false],
])('whether %s is of the open internet: %s', (address, open) => {
  expect(isPublicAddress(address)).toBe(open);
});

test('an IPv4 address is public or not in whatever form it is written as IPv6', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
      expect([isPublicAddress(`::ffff:${address}`), isPublicAddress(hex)]).toEqual([
        isPublicAddress(address),
        isPublicAddress(address),
      ]);
    }),
  );
});

/** The first and the last address of each IPv4 network that is closed, and its neighbours where these are open. */
test.each([
  ['0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
  ['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['224.0.0.0', '255.255.255.255', '223.255.255.255', null],
  ['2001::', '2001:1ff:ffff::', '2000:ffff::', '2001:200::'],
  ['2001:db8::', '2001:db8:ffff::', '2001:db7:ffff::', '2001:db9::'],
  ['2002::', '2002:ffff::', '2001:ffff::', '2003::'],
  ['3fff::', '3fff:fff:ffff::', '3ffe:ffff::', '3fff:1000::'],
])('the network from %s to %s is closed, and ends there', (first, last, before, after) => {
  expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([false, false]);
  for (const outside of [before, after]) if (outside) expect(isPublicAddress(outside)).toBe(true);
});

test('of IPv6 only 2000::/3 is open', () => {
  const edges = ['1fff:ffff::', '2000::', '3ffe::', '4000::'];
  expect(edges.map(isPublicAddress)).toEqual([false, true, true, false]);
});
