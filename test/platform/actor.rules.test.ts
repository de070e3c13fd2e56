import fc from 'fast-check';
import { itemOf } from '../../src/demo/emulated-views.js';
import { ACTORS, holdsInput, readItems } from '../../src/platform/actor.rules.js';
import { reduceLink, type Video } from '../../src/platform/link.rules.js';
import { Platform } from '../../src/platform/platform.js';

const video = (link: string) => reduceLink(link) as Video;
const TIKTOK = video('https://www.tiktok.com/@u/video/7543693751290481942');
const OTHER = video('https://www.tiktok.com/@u/video/7543693751290481943');
const YOUTUBE = video('https://youtu.be/dQw4w9WgXcQ');
const INSTAGRAM = video('https://www.instagram.com/reel/DZN3mhZBQ_Q/');

const read = (asked: Video, ...items: unknown[]) =>
  readItems(asked.platform, items, [asked], 'no item').observations.get(asked.videoId);

test.each([
  ['TikTok', TIKTOK, { id: TIKTOK.videoId, playCount: 145_900 }],
  ['TikTok by its link', TIKTOK, { webVideoUrl: TIKTOK.canonicalUrl, playCount: 145_900 }],
  ['YouTube', YOUTUBE, { id: YOUTUBE.videoId, viewCount: 145_900 }],
  ['Instagram', INSTAGRAM, { shortCode: INSTAGRAM.videoId, videoPlayCount: 145_900, videoViewCount: 7 }],
])('T4 a count of %s is a VALUE', (_name, asked, item) => {
  expect(read(asked, item)).toEqual({ kind: 'VALUE', views: 145_900n });
});

const count = (playCount: unknown) => ({ id: TIKTOK.videoId, playCount });
test.each([
  null,
  undefined,
  '1.2K',
  '145900',
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  100_000_000_001,
  {},
  [],
  true,
])('T4 a count of %p is MISSING, not zero', (playCount) => {
  expect(read(TIKTOK, count(playCount))?.kind).toBe('MISSING');
});

test('T4 a count of 0 is a VALUE', () => {
  expect(read(TIKTOK, count(0))).toEqual({ kind: 'VALUE', views: 0n });
});

test.each([
  [
    'TikTok gone',
    TIKTOK,
    { url: TIKTOK.canonicalUrl, errorCode: 'POST_NOT_FOUND_OR_PRIVATE', error: 'Post not found' },
    'REMOVED',
  ],
  ['TikTok gone, code in error', TIKTOK, { url: TIKTOK.canonicalUrl, error: 'POST_NOT_FOUND_OR_PRIVATE' }, 'REMOVED'],
  ['TikTok sensitive', TIKTOK, { url: TIKTOK.canonicalUrl, errorCode: 'POST_SENSITIVE' }, 'MISSING'],
  ['YouTube age restricted', YOUTUBE, { url: YOUTUBE.canonicalUrl, error: 'AGE_RESTRICTED' }, 'MISSING'],
  ['Instagram gone', INSTAGRAM, { url: INSTAGRAM.canonicalUrl, error: 'not_found' }, 'REMOVED'],
  ['Instagram no items (also when blocked)', INSTAGRAM, { url: INSTAGRAM.canonicalUrl, error: 'no_items' }, 'MISSING'],
  ['Instagram restricted', INSTAGRAM, { url: INSTAGRAM.canonicalUrl, error: 'restricted_page' }, 'MISSING'],
  [
    'Instagram without a play count: the other figure is not mixed in',
    INSTAGRAM,
    { shortCode: INSTAGRAM.videoId, videoViewCount: 41_365, videoPlayCount: null },
    'MISSING',
  ],
])('T4 %s', (_name, asked, item, kind) => {
  expect(read(asked, item)?.kind).toBe(kind);
});

test.each([
  ['no items', []],
  ['not objects', [null, 1, 'x', [], { note: 'empty profile' }]],
  ['another clip', [{ id: OTHER.videoId, playCount: 9 }]],
  [
    'another clip under our link: its id speaks for it',
    [{ id: OTHER.videoId, submittedVideoUrl: TIKTOK.canonicalUrl, playCount: 9 }],
  ],
  ['a number for an id, which loses digits', [{ id: Number(TIKTOK.videoId), playCount: 9 }]],
])('T4 garbage (%s) is MISSING', (_name, items) => {
  expect(read(TIKTOK, ...items)?.kind).toBe('MISSING');
});

test('T4 out of order, twice and with strangers: each clip gets its own count, the lower of two, a count before an error', () => {
  const items = [
    { id: OTHER.videoId, playCount: 20 },
    { url: TIKTOK.canonicalUrl, error: 'POST_NOT_FOUND_OR_PRIVATE' },
    { id: '7000000000000000000', playCount: 1 },
    { id: TIKTOK.videoId, playCount: 11 },
    { id: TIKTOK.videoId, playCount: 10 },
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
      const { observations, refusedItems } = readItems(Platform.TIKTOK, shuffled, [TIKTOK, OTHER], 'no item');
      expect(Object.fromEntries(observations)).toEqual({
        [TIKTOK.videoId]: { kind: 'VALUE', views: 10n },
        [OTHER.videoId]: { kind: 'VALUE', views: 20n },
      });
      expect(refusedItems).toHaveLength(1);
    }),
  );
});

test('T4 whatever an answer holds, every clip has an outcome and nothing but a whole count is a VALUE', () => {
  fc.assert(
    fc.property(fc.array(fc.anything()), (items) => {
      const { observations } = readItems(Platform.TIKTOK, items, [TIKTOK], 'no item');
      expect(observations.size).toBe(1);
    }),
  );
});

test.each([TIKTOK, YOUTUBE, INSTAGRAM])('the emulator answers as the actor of $platform does', (asked) => {
  expect(read(asked, itemOf(asked.platform, asked.videoId, asked.canonicalUrl, 42))).toEqual({
    kind: 'VALUE',
    views: 42n,
  });
  expect(read(asked, itemOf(asked.platform, asked.videoId, asked.canonicalUrl, 'REMOVED'))?.kind).toBe('REMOVED');
  expect(JSON.stringify(ACTORS[asked.platform].input([asked]))).toContain(asked.canonicalUrl);
});

test.each([
  ['the same', { a: 1, list: [{ url: 'x' }] }, true],
  ['with defaults of the platform', { a: 1, b: 2, list: [{ url: 'x', method: 'GET' }] }, true],
  ['another value', { a: 2, list: [{ url: 'x' }] }, false],
  ['more links', { a: 1, list: [{ url: 'x' }, { url: 'y' }] }, false],
  ['another link', { a: 1, list: [{ url: 'y' }] }, false],
  ['a key missing', { list: [{ url: 'x' }] }, false],
  ['no input', undefined, false],
  ['a text', 'x', false],
])('T12 a stored input is recognised by the keys that were sent: %s', (_name, stored, recognised) => {
  expect(holdsInput(stored, { a: 1, list: [{ url: 'x' }] })).toBe(recognised);
});
