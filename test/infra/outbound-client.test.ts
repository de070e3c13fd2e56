import type { LookupAddress } from 'node:dns';
import { type AddressInfo, createServer, type Server } from 'node:net';
import fc from 'fast-check';
import { OutboundClient, OutboundError } from '../../src/infra/outbound/outbound-client.js';
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

const answering = (...addresses: LookupAddress[]) =>
  new OutboundClient((_host, _options, done) => done(null, addresses));
const get = (client: OutboundClient, url: string, limitMs = 5_000) =>
  client.send(new URL(url), { method: 'GET', limitMs });

describe('a server inside', () => {
  let server: Server;
  let port: number;
  let connected = 0;
  beforeAll(async () => {
    server = createServer(() => {
      connected += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    connected = 0;
  });

  test.each([
    ['this machine', [{ address: '127.0.0.1', family: 4 }]],
    ['the cloud’s own address', [{ address: '169.254.169.254', family: 4 }]],
    ['this machine by IPv6', [{ address: '::1', family: 6 }]],
    ['this machine, written as IPv6', [{ address: '::ffff:7f00:1', family: 6 }]],
    ['nowhere', []],
  ])('is not connected to by a name that leads to %s', async (_where, addresses) => {
    await expect(get(answering(...addresses), `https://vm.tiktok.com:${port}/x`)).rejects.toThrow(/no public address/);
    expect(connected).toBe(0);
  });

  test.each(['127.0.0.1', '[::ffff:127.0.0.1]', '[::1]', '0x7f.1', '2130706433'])(
    'is not connected to by its address %s',
    async (host) => {
      await expect(get(new OutboundClient(), `https://${host}:${port}/`)).rejects.toThrow(/not a public address/);
      expect(connected).toBe(0);
    },
  );

  test('is not connected to without HTTPS', async () => {
    const client = new OutboundClient(undefined, () => true);
    await expect(get(client, `http://127.0.0.1:${port}/`)).rejects.toThrow('http: is not https:');
    expect(connected).toBe(0);
  });

  test('that does not answer is given up when the time is over', async () => {
    const client = new OutboundClient(undefined, () => true);
    await expect(get(client, `https://127.0.0.1:${port}/`, 200)).rejects.toThrow(OutboundError);
    expect(connected).toBe(1);
  });
});

test('of the addresses of a name only the public ones are connected to', async () => {
  const tried: string[] = [];
  const client = new OutboundClient(
    (_host, _options, done) =>
      done(null, [
        { address: '10.0.0.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]),
    (address) => {
      tried.push(address);
      return address === '127.0.0.1';
    },
  );
  await expect(get(client, 'https://example.com:1/')).rejects.toThrow(/127\.0\.0\.1:1/);
  expect(tried).toEqual(['10.0.0.1', '127.0.0.1']);
});
