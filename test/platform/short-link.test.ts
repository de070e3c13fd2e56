import { SubmitClipDocument } from '../../schema/generated/graphql.js';
import { HttpsLinkResolver } from '../../src/platform/https-link-resolver.js';
import { LinkError } from '../../src/platform/link-resolver.js';
import { newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

test.each([
  ['a redirect', 302, 'https://www.tiktok.com/x', 'https://www.tiktok.com/x'],
  ['a redirect without an address', 302, undefined, null],
  ['a page', 200, undefined, null],
  ['a page with an address', 200, 'https://www.tiktok.com/x', null],
  ['no such link', 404, undefined, null],
])('where a short link leads, from %s', async (_what, status, location, expected) => {
  const sent: unknown[] = [];
  const resolver = new HttpsLinkResolver({
    async send(url, request) {
      sent.push([url.href, request.method, request.headers?.['sec-fetch-mode']]);
      return { status, headers: { location } };
    },
  });
  expect(await resolver.locationOf(new URL('https://www.instagram.com/share/x'))).toBe(expected);
  expect(sent).toEqual([['https://www.instagram.com/share/x', 'GET', 'navigate']]);
});

test.each([403, 408, 429, 500, 503])('HTTP %s says nothing of a short link', async (status) => {
  const resolver = new HttpsLinkResolver({ send: async () => ({ status, headers: {} }) });
  await expect(resolver.locationOf(new URL('https://vm.tiktok.com/x'))).rejects.toThrow(LinkError);
});

test('a short link whose host cannot be asked is a LinkError', async () => {
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
