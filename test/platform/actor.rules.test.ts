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

test.each([
  ['TikTok', TIKTOK, { resultsPerPage: 1, proxyCountryCode: 'None', shouldDownloadVideos: false }, 'postURLs', 2_048],
  ['YouTube', YOUTUBE, { maxResults: 1, maxResultsShorts: 1, maxResultStreams: 1 }, 'startUrls', 1_024],
  ['Instagram', INSTAGRAM, { resultsType: 'posts', resultsLimit: 1, addParentData: false }, 'directUrls', 1_024],
])(
  'T4 the input of %s asks for the clip, one result and nothing that costs more',
  (_name, asked, rest, links, memory) => {
    const { input, memoryMegabytes } = ACTORS[asked.platform];
    const url = asked.canonicalUrl;
    expect(input([asked])).toMatchObject({ ...rest, [links]: [links === 'startUrls' ? { url } : url] });
    expect(Object.values(input([])).some((value) => value === true)).toBe(false);
    expect(memoryMegabytes).toBe(memory);
  },
);

test.each([
  [TIKTOK, 'POST_NOT_FOUND_OR_PRIVATE', 'REMOVED'],
  [TIKTOK, 'NOT_FOUND', 'REMOVED'],
  [TIKTOK, 'PROFILE_PRIVATE', 'REMOVED'],
  [TIKTOK, 'not_found', 'MISSING'],
  [YOUTUBE, 'VIDEO_NOT_FOUND', 'REMOVED'],
  [YOUTUBE, 'video is private', 'REMOVED'],
  [YOUTUBE, 'private video', 'REMOVED'],
  [YOUTUBE, 'Video was removed', 'REMOVED'],
  [YOUTUBE, 'video deleted', 'REMOVED'],
  [YOUTUBE, 'Video unavailable', 'REMOVED'],
  [YOUTUBE, 'video of a channel that is private', 'MISSING'],
  [YOUTUBE, 'not found', 'MISSING'],
  [INSTAGRAM, 'not_found', 'REMOVED'],
  [INSTAGRAM, 'page_not_found', 'MISSING'],
])('T4 of $platform the error %j is %s', (asked, error, kind) => {
  expect(read(asked, { url: asked.canonicalUrl, error })?.kind).toBe(kind);
});

const reasonOf = (item: object) => {
  const observation = read(TIKTOK, { id: TIKTOK.videoId, ...item });
  return observation?.kind === 'VALUE' ? 'VALUE' : observation?.reason;
};
test.each([
  [{ errorCode: 'A.b-c_9' }, 'A.b-c_9'],
  [{ errorCode: 'x'.repeat(60) }, 'x'.repeat(60)],
  [{ errorCode: 'x'.repeat(61) }, 'an error in words'],
  [{ error: 'Ana Example is private' }, 'an error in words'],
  [{ error: '!NOT_FOUND' }, 'an error in words'],
  [{ errorCode: 7 }, '7'],
  [{ errorCode: null, error: 'E1' }, 'E1'],
  [{ error: '', playCount: 5 }, 'VALUE'],
  [{ error: null, playCount: 5 }, 'VALUE'],
  [{}, 'no count'],
  [{ playCount: null }, 'no count'],
  [{ playCount: '5' }, 'a count that is not a whole number'],
  [{ playCount: 1.5 }, 'a count that is not a whole number'],
  [{ playCount: -1 }, 'a count out of range'],
  [{ playCount: 100_000_000_000 }, 'VALUE'],
  [{ playCount: 100_000_000_001 }, 'a count out of range'],
])('U7 of the item %j the reason %j is kept: a code, never a text', (item, reason) => {
  expect(reasonOf(item)).toBe(reason);
});

test('T4 an answer that is no list, and a run that failed, say nothing of a clip', () => {
  const missing = { kind: 'MISSING', reason: 'no item' };
  const of = (answer: unknown, runFailed?: boolean) => {
    const { observations, refusedItems } = readItems(Platform.TIKTOK, answer, [TIKTOK], 'no item', runFailed);
    return [observations.get(TIKTOK.videoId), refusedItems];
  };
  expect(of([])).toEqual([missing, []]);
  expect(of([], true)).toEqual([{ ...missing, failed: true }, []]);
  expect(of({ items: [] })).toEqual([{ ...missing, failed: true }, ['an answer that is not a list']]);
});

test('T4 what is wrong with an item is told', () => {
  const { refusedItems } = readItems(
    Platform.TIKTOK,
    [
      7,
      null,
      { playCount: 1 },
      { id: OTHER.videoId, playCount: 1 },
      { id: TIKTOK.videoId },
      { id: TIKTOK.videoId, playCount: 1 },
    ],
    [TIKTOK],
    'no item',
  );
  expect(refusedItems).toEqual([
    'an item that names no clip',
    'an item that names no clip',
    'an item that names no clip',
    'an item of a clip that was not asked for',
    'no count',
  ]);
});

test.each([
  ['of two counts the lower', [count(5), count(6)], { kind: 'VALUE', views: 5n }],
  ['a count before an error', [count(5), count(null)], { kind: 'VALUE', views: 5n }],
  [
    'gone before missing',
    [{ id: TIKTOK.videoId, error: 'NOT_FOUND' }, count(null)],
    { kind: 'REMOVED', reason: 'NOT_FOUND' },
  ],
  [
    'of two reasons the later',
    [count(null), count('x')],
    { kind: 'MISSING', reason: 'a count that is not a whole number' },
  ],
])('T4 two items of one clip: %s', (_what, items, observation) => {
  expect(read(TIKTOK, ...items)).toEqual(observation);
});

test.each([
  ['a link of the item', { webVideoUrl: TIKTOK.canonicalUrl }],
  ['the link that was submitted', { id: '', webVideoUrl: 7, submittedVideoUrl: TIKTOK.canonicalUrl }],
  ['the input', { webVideoUrl: YOUTUBE.canonicalUrl, input: TIKTOK.canonicalUrl }],
  ['its url', { webVideoUrl: 'hello', url: TIKTOK.canonicalUrl }],
])('T4 an item without an id is of the clip that %s names', (_what, item) => {
  expect(read(TIKTOK, { ...item, playCount: 5 })).toEqual({ kind: 'VALUE', views: 5n });
});

test.each([
  [YOUTUBE, { fromYTUrl: YOUTUBE.canonicalUrl, viewCount: 5 }],
  [YOUTUBE, { input: YOUTUBE.canonicalUrl, viewCount: 5 }],
  [INSTAGRAM, { inputUrl: INSTAGRAM.canonicalUrl, videoPlayCount: 5 }],
])('T4 an item of $platform without an id is of the clip that its links name', (asked, item) => {
  expect(read(asked, item)).toEqual({ kind: 'VALUE', views: 5n });
});

test.each<[unknown, unknown, boolean]>([
  [[1, 2], [1, 2], true],
  [[1, 2], [1], false],
  [[2, 1], [1, 2], false],
  [{ 0: 1, length: 1 }, [1], false],
  [null, null, true],
  [undefined, null, false],
  [null, {}, false],
  ['x', {}, false],
  [{}, {}, true],
  [{ a: { b: 1 } }, { a: { b: 1 } }, true],
  [{ a: { b: 1 } }, { a: { b: 2 } }, false],
  [1, '1', false],
])('T12 the stored %j holds the sent %j: %s', (stored, sent, holds) => {
  expect(holdsInput(stored, sent)).toBe(holds);
});
