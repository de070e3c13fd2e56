import fc from 'fast-check';
import { isLinkHost, LINK_LENGTH_LIMIT, reduceLink } from '../../src/platform/link.rules.js';

const T = '7543693751290481942';
const Y = 'dQw4w9WgXcQ';
const I = 'DZN3mhZBQ_Q';

test.each([
  [`https://www.tiktok.com/@u.ser_1/video/${T}`, 'TIKTOK', T, `https://www.tiktok.com/@u.ser_1/video/${T}`],
  [
    `https://tiktok.com/@user/video/${T}?is_from_webapp=1&sender_device=pc#x`,
    'TIKTOK',
    T,
    `https://www.tiktok.com/@user/video/${T}`,
  ],
  [`http://m.tiktok.com/@user/video/${T}/`, 'TIKTOK', T, `https://www.tiktok.com/@user/video/${T}`],
  [`https://www.tiktok.com/@user/photo/${T}`, 'TIKTOK', T, `https://www.tiktok.com/@user/video/${T}`],
  [`https://www.tiktok.com/@/video/${T}`, 'TIKTOK', T, `https://www.tiktok.com/@_/video/${T}`],
  [`https://m.tiktok.com/v/${T}.html`, 'TIKTOK', T, `https://www.tiktok.com/@_/video/${T}`],
  [`https://www.tiktok.com/embed/${T}`, 'TIKTOK', T, `https://www.tiktok.com/@_/video/${T}`],
  [`https://www.tiktok.com/embed/v2/${T}`, 'TIKTOK', T, `https://www.tiktok.com/@_/video/${T}`],
  [`https://www.tiktok.com/player/v1/${T}`, 'TIKTOK', T, `https://www.tiktok.com/@_/video/${T}`],
  [`https://www.tiktok.com/share/video/${T}`, 'TIKTOK', T, `https://www.tiktok.com/@_/video/${T}`],
  [`WWW.TikTok.COM/@user/video/${T}`, 'TIKTOK', T, `https://www.tiktok.com/@user/video/${T}`],
  [
    `https://www.tiktok.com/@user/video/123456789012345`,
    'TIKTOK',
    '123456789012345',
    'https://www.tiktok.com/@user/video/123456789012345',
  ],
  [`https://www.youtube.com/watch?v=${Y}`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [
    `https://www.youtube.com/watch?app=desktop&v=${Y}&t=3s&list=PL1`,
    'YOUTUBE',
    Y,
    `https://www.youtube.com/watch?v=${Y}`,
  ],
  [`https://youtu.be/${Y}?si=abc`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`youtu.be/${Y}`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`https://youtube.com/shorts/${Y}?feature=share`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`https://m.youtube.com/shorts/${Y}/`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`https://www.youtube.com/live/${Y}`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`https://www.youtube-nocookie.com/embed/${Y}`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`https://www.youtube.com/v/${Y}`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`https://www.youtube.com/e/${Y}`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`https://music.youtube.com/watch?v=${Y}`, 'YOUTUBE', Y, `https://www.youtube.com/watch?v=${Y}`],
  [`https://www.instagram.com/reel/${I}/?igsh=x`, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
  [`https://instagram.com/reels/${I}`, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
  [`https://www.instagram.com/p/${I}/`, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
  [`https://www.instagram.com/tv/${I}/`, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
  [`https://www.instagram.com/some.user/reel/${I}/`, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
  [`https://www.instagram.com/some.user/p/${I}/`, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
  [`https://instagr.am/p/${I}`, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
  [`https://www.instagram.com/p/${I}${'a'.repeat(28)}/`, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
  [`  https://www.instagram.com/p/${I}/  `, 'INSTAGRAM', I, `https://www.instagram.com/p/${I}/`],
])('S1 %s is one clip', (link, platform, videoId, canonicalUrl) => {
  expect(reduceLink(link)).toEqual({ platform, videoId, canonicalUrl });
});

test.each([
  ['', 'empty'],
  ['hello', 'not a supported site'],
  ['https://example.com/video/1', 'not a supported site'],
  [`https://tiktok.com.evil.io/@u/video/${T}`, 'not a supported site'],
  [`https://notyoutube.com/watch?v=${Y}`, 'not a supported site'],
  [`https://youtube.com.evil.io/watch?v=${Y}`, 'not a supported site'],
  [`https://www.tiktok.com./@u/video/${T}`, 'not a supported site'],
  [`https://user:pass@www.tiktok.com/@u/video/${T}`, 'user name'],
  [`https://www.tiktok.com@evil.io/@u/video/${T}`, 'user name'],
  [`https://www.tiktok.com:8443/@u/video/${T}`, 'port'],
  [`ftp://www.tiktok.com/@u/video/${T}`, 'https'],
  ['javascript:alert(1)', 'not a link'],
  [`javascript://www.tiktok.com/@u/video/${T}`, 'https'],
  ['https://www.tiktok.com/@user', 'one video'],
  ['https://www.tiktok.com/@user/video/12345', 'one video'],
  [`https://www.tiktok.com/@user/video/${T}99`, 'one video'],
  ['https://www.youtube.com/@channel', 'one video'],
  ['https://www.youtube.com/playlist?list=PL1', 'one video'],
  ['https://www.youtube.com/watch?list=PL1', 'one video'],
  ['https://www.youtube.com/watch?v=short', 'one video'],
  [`https://www.youtube.com/watch?v=${Y}&v=aaaaaaaaaaa`, 'one video'],
  ['https://www.youtube.com/clip/UgkxABCDEFG', 'one video'],
  ['https://www.instagram.com/someuser/', 'one post or reel'],
  ['https://www.instagram.com/stories/user/123/', 'one post or reel'],
  ['https://www.instagram.com/p/abc/', 'one post or reel'],
  [`https://www.tiktok.com/@u/video/${T}\u0000`, 'control characters'],
  [`https://www.tik\ntok.com/@u/video/${T}`, 'control characters'],
  [`https:\\\\www.tiktok.com\\@u\\video\\${T}`, 'backslashes'],
  [`https://www.tiktok.com/@u/video/%37543693751290481942`, 'one video'],
  [`https://www.tiktok.com/@u/video/${T} https://youtu.be/${Y}`, 'spaces'],
  [`https://www.tiktok.com/${'a'.repeat(3_000)}`, 'longer'],
  [`https://ⓣiktok.com.evil/@u/video/${T}`, 'not a supported site'],
])('S1 %j is refused, saying why (%s)', (link, why) => {
  expect(reduceLink(link)).toEqual({ refused: expect.stringContaining(why) });
});

test.each([
  ['https://vm.tiktok.com/ZM123/?x=1#y', 'https://vm.tiktok.com/ZM123/'],
  ['http://vt.tiktok.com/ZM123', 'https://vt.tiktok.com/ZM123'],
  ['tiktok.com/t/ZM123/', 'https://tiktok.com/t/ZM123/'],
  ['https://www.instagram.com/share/reel/AbCd', 'https://www.instagram.com/share/reel/AbCd'],
])('S1 %s is a short link, to be followed by HTTPS', (link, short) => {
  expect(reduceLink(link)).toEqual({ short: new URL(short) });
});

test('S1 whatever the text, the answer is a clip or a reason, and a clip reduces to itself', () => {
  const hosts = fc.constantFrom('www.tiktok.com', 'youtu.be', 'www.youtube.com', 'www.instagram.com', 'evil.io');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.tuple(hosts, fc.string()).map(([host, path]) => `https://${host}/${path}`),
      ),
      (text) => {
        const reduced = reduceLink(text);
        if ('refused' in reduced) expect(reduced.refused.length).toBeGreaterThan(10);
        else if ('short' in reduced) expect(reduced.short.protocol).toBe('https:');
        else expect(reduceLink(reduced.canonicalUrl)).toEqual(reduced);
      },
    ),
  );
});

test.each([
  [`https://www.youtu.be/${Y}`, `YOUTUBE ${Y}`],
  [`https://studio.youtube.com/video/${Y}`, `YOUTUBE ${Y}`],
  [`https://studio.youtube.com/video/${Y}/edit`, `YOUTUBE ${Y}`],
  [`https://studio.youtube.com/video/${Y}/analytics/tab-overview/period-default`, `YOUTUBE ${Y}`],
  [`https://www.youtube.com/shorts/${Y}//`, `YOUTUBE ${Y}`],
  ['https://www.youtube.com/watch?v=a_b-c_d-e_f', 'YOUTUBE a_b-c_d-e_f'],
  [`https://www.instagram.com/p/${I}/embed`, `INSTAGRAM ${I}`],
  [`https://www.instagram.com/p/${I}/embed/captioned/`, `INSTAGRAM ${I}`],
  ['https://www.instagram.com/p/abcdefghij/', 'INSTAGRAM abcdefghij'],
  [`https://www.tiktok.com/i18n/share/video/${T}`, `TIKTOK ${T}`],
  [`https://lite.tiktok.com/v/${T}`, `TIKTOK ${T}`],
  [
    `https://www.tiktok.com/@u/video/${T}?${'x'.repeat(LINK_LENGTH_LIMIT - 50)}`.slice(0, LINK_LENGTH_LIMIT),
    `TIKTOK ${T}`,
  ],
])('S1 %s is the clip %s', (link, clip) => {
  expect(reduceLink(link)).toMatchObject({ platform: clip.split(' ')[0], videoId: clip.split(' ')[1] });
});

test.each([
  'https://studio.youtube.com/',
  `https://studio.youtube.com/channel/video/${Y}`,
  `https://studio.youtube.com/video/${Y}/1`,
  `https://studio.youtube.com/video/${Y}/a/b/c/d`,
  `https://www.youtube.com/x/shorts/${Y}`,
  `https://www.youtube.com/shorts/${Y}/x`,
  `https://www.youtube.com/shorts/${Y}x`,
  `https://www.youtube.com/watch?v=${Y}x`,
  `https://www.youtube.com/watch?v=!${Y}`,
  'https://www.youtube.com/embed/videoseries?list=PL1',
  'https://www.youtube.com/embed/live_stream?channel=UC1',
  `https://www.tiktok.com/x/@u/video/${T}`,
  `https://www.tiktok.com/x/embed/${T}`,
  'https://www.tiktok.com/@u/video/0543693751290481942',
  `https://www.tiktok.com/x/t/ZM123`,
  `https://www.instagram.com/a/b/p/${I}/`,
  `https://www.instagram.com/p/${I}/x`,
  `https://www.instagram.com/p/${I}/captioned`,
  `https://www.instagram.com/p/${'a'.repeat(12)}/`,
  `https://www.instagram.com/p/${'a'.repeat(28)}/`,
  `https://www.instagram.com/x/share/reel/AbCd`,
  `https://www.tiktok.com/@u/video/${T}?${'x'.repeat(LINK_LENGTH_LIMIT)}`.slice(0, LINK_LENGTH_LIMIT + 1),
])('S1 %s is no clip', (link) => {
  expect(reduceLink(link)).toEqual({ refused: expect.any(String) });
});

test('S1 only hosts that short links are of, or lead to, are asked', () => {
  const asked = ['www.tiktok.com', 'vm.tiktok.com', 'www.instagram.com'];
  expect([...asked, 'youtu.be', 'www.youtube.com', 'evil.io'].filter(isLinkHost)).toEqual(asked);
});
