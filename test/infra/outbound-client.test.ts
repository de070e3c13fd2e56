import type { LookupAddress } from 'node:dns';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { OutboundClient, OutboundError } from '../../src/infra/outbound/outbound-client.js';

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
