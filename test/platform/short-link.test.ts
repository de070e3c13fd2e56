import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SubmitClipDocument } from '../../schema/generated/graphql.js';
import { HttpsLinkResolver, isPublicAddress } from '../../src/platform/https-link-resolver.js';
import { LinkError } from '../../src/platform/link-resolver.js';
import { newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

test.each([
  ['8.8.8.8', true],
  ['2606:4700:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:8.8.8.8', true],
  ['fd00::1', false],
  ['fe80::1', false],
  ['64:ff9b::7f00:1', false],
])('whether %s is of the open internet: %s', (address, open) => {
  expect(isPublicAddress(address)).toBe(open);
});

const answering = (...addresses: LookupAddress[]) =>
  new HttpsLinkResolver((_host, _options, done) => done(null, addresses));

describe('a name that leads inside', () => {
  let server: Server;
  let asked = 0;
  beforeAll(async () => {
    server = createServer(() => undefined);
    server.on('connection', () => {
      asked += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  test.each([
    ['this machine', [{ address: '127.0.0.1', family: 4 }]],
    ['the cloud’s own address', [{ address: '169.254.169.254', family: 4 }]],
    ['this machine by IPv6', [{ address: '::1', family: 6 }]],
    ['nowhere', []],
  ])('is not asked: %s', async (_where, addresses) => {
    const { port } = server.address() as AddressInfo;
    const url = new URL(`https://vm.tiktok.com:${port}/x`);
    await expect(answering(...addresses).locationOf(url)).rejects.toThrow(LinkError);
    expect(asked).toBe(0);
  });
});

test('an address in the place of a name is not asked either', async () => {
  await expect(new HttpsLinkResolver().locationOf(new URL('https://127.0.0.1:1/'))).rejects.toThrow(LinkError);
});

describe('a short link that is submitted', () => {
  let bed: Testbed;
  let campaignId: string;
  const hops = new Map<string, string | null | Error>();
  const asked: string[] = [];
  beforeAll(async () => {
    bed = await createTestbed({
      linkResolver: {
        async locationOf({ href }) {
          asked.push(href);
          const location = hops.get(href) ?? null;
          if (location instanceof Error) throw location;
          return location;
        },
      },
    });
    campaignId = await newCampaign(bed, { platforms: ['TIKTOK', 'INSTAGRAM'] });
  });
  afterAll(() => bed.stop());
  const submit = (url: string, id = campaignId) => bed.send(SubmitClipDocument, { campaignId: id, url }, 'ann');

  test('S1 S2 is the clip that it leads to, over several hops; the same clip by another link is a repetition', async () => {
    const { url, videoId } = newClip(bed, [7]);
    hops.set('https://vm.tiktok.com/ZM1/', 'https://www.tiktok.com/t/ZM2/?utm=1');
    hops.set('https://www.tiktok.com/t/ZM2/', `${url}?is_from_webapp=1`);
    const { data } = await submit('vm.tiktok.com/ZM1/');
    expect(data?.submitClip).toMatchObject({ videoId, canonicalUrl: url, initialViews: 7 });
    expect((await submit(url)).data?.submitClip.id).toBe(data?.submitClip.id);
  });

  test.each([
    ['to another site', 'https://evil.io/@u/video/7543693751290481942', 'another site'],
    ['inside', 'http://169.254.169.254/latest/meta-data', 'another site'],
    ['to a file', 'file:///etc/passwd', 'another site'],
    ['nowhere', null, 'leads nowhere'],
    ['to what is no clip', 'https://www.tiktok.com/@user', 'one video'],
    ['to itself', 'https://vm.tiktok.com/L/', 'on and on'],
  ])('S1 that leads %s is refused, saying so', async (_where, location, told) => {
    hops.set('https://vm.tiktok.com/L/', location);
    asked.length = 0;
    const { errors } = await submit('https://vm.tiktok.com/L/');
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining(told),
      extensions: { code: 'BAD_USER_INPUT', field: 'input.url' },
    });
    expect(asked.length).toBeLessThanOrEqual(5);
    expect(asked.every((href) => new URL(href).hostname === 'vm.tiktok.com')).toBe(true);
  });

  test('S4 that cannot be followed now is UPSTREAM_UNAVAILABLE, and nothing is stored', async () => {
    hops.set('https://vm.tiktok.com/D/', new LinkError('no answer in time'));
    expect((await submit('https://vm.tiktok.com/D/')).errors?.[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(await bed.database.query("select 1 from clip_submission where url like '%/D/'")).toEqual([]);
  });

  test('S4 is not followed for a campaign that takes nothing: what costs nothing is checked first', async () => {
    asked.length = 0;
    expect((await submit('https://vm.tiktok.com/E/', 'x')).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(asked).toEqual([]);
  });
});
