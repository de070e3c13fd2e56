import { reduceLink, type Video } from './link.rules.js';
import { Platform } from './platform.js';
import { type Observation, VIEWS_LIMIT } from './view-source.js';

/** How one actor is asked, and how its items are read. */
export interface Actor {
  memoryMegabytes: number;
  input(videos: readonly Video[]): Record<string, unknown>;
  /** Video id that an item speaks of; null when it speaks of none. */
  videoIdOf(item: Item): string | null;
  views(item: Item): unknown;
  /** Error codes by which the platform says that the clip is gone or private. */
  saysRemoved(code: string): boolean;
}

export type Item = Record<string, unknown>;

const urls = (videos: readonly Video[]) => videos.map((video) => video.canonicalUrl);

function idInLinks(platform: Platform, ...links: unknown[]): string | null {
  for (const link of links) {
    if (typeof link !== 'string') continue;
    const video = reduceLink(link);
    if ('videoId' in video && video.platform === platform) return video.videoId;
  }
  return null;
}

/** An item's own id speaks for it; its links are looked at only when it has none. */
const textOr = (id: unknown, otherwise: () => string | null) =>
  typeof id === 'string' && id !== '' ? id : otherwise();

const TIKTOK_REMOVED = new Set(['POST_NOT_FOUND_OR_PRIVATE', 'NOT_FOUND', 'PROFILE_PRIVATE']);

/**
 * The actors' inputs and items, as their pages in the Apify store describe them: clockworks/tiktok-scraper,
 * streamers/youtube-scraper, apify/instagram-scraper.
 * @see docs/domain.md T4
 */
export const ACTORS: Record<Platform, Actor> = {
  [Platform.TIKTOK]: {
    memoryMegabytes: 2_048,
    input: (videos) => ({
      postURLs: urls(videos),
      resultsPerPage: 1,
      scrapeRelatedVideos: false,
      shouldDownloadVideos: false,
      shouldDownloadCovers: false,
      shouldDownloadSubtitles: false,
      shouldDownloadSlideshowImages: false,
      proxyCountryCode: 'None',
    }),
    videoIdOf: (item) =>
      textOr(item.id, () => idInLinks(Platform.TIKTOK, item.webVideoUrl, item.submittedVideoUrl, item.input, item.url)),
    views: (item) => item.playCount,
    saysRemoved: (code) => TIKTOK_REMOVED.has(code),
  },
  [Platform.YOUTUBE]: {
    memoryMegabytes: 1_024,
    input: (videos) => ({
      startUrls: urls(videos).map((url) => ({ url })),
      maxResults: 1,
      maxResultsShorts: 1,
      maxResultStreams: 1,
    }),
    videoIdOf: (item) => textOr(item.id, () => idInLinks(Platform.YOUTUBE, item.url, item.fromYTUrl, item.input)),
    views: (item) => item.viewCount,
    // The actor's error codes are not documented; these words are what YouTube itself says of a video that is gone.
    saysRemoved: (code) => /video.{0,12}(not.?found|private|removed|deleted|unavailable)|private.video/i.test(code),
  },
  [Platform.INSTAGRAM]: {
    memoryMegabytes: 1_024,
    input: (videos) => ({ directUrls: urls(videos), resultsType: 'posts', resultsLimit: 1, addParentData: false }),
    videoIdOf: (item) => textOr(item.shortCode, () => idInLinks(Platform.INSTAGRAM, item.url, item.inputUrl)),
    // videoViewCount is another, far lower figure: one series never mixes the two.
    views: (item) => item.videoPlayCount,
    // no_items and restricted_page also come in waves of blocking; only not_found speaks of the post.
    saysRemoved: (code) => code === 'not_found',
  },
};

/**
 * Whether the stored input of a run is the one we sent. The platform adds the Actor's defaults to what it stores, so
 * only the keys that we sent are compared, at every depth.
 * @see docs/domain.md T12
 */
export function holdsInput(stored: unknown, sent: unknown): boolean {
  if (Array.isArray(sent))
    return (
      Array.isArray(stored) &&
      stored.length === sent.length &&
      sent.every((each, index) => holdsInput(stored[index], each))
    );
  if (typeof sent !== 'object' || sent === null) return stored === sent;
  if (typeof stored !== 'object' || stored === null) return false;
  return Object.entries(sent).every(([key, value]) => holdsInput((stored as Item)[key], value));
}

/**
 * Reads the items of a run for the videos that were asked for, in whatever order and number they came.
 * @param answer what the source sent: a list, if all is well
 * @param otherwise why a video without an item is MISSING
 * @param runFailed the run did not end well, so that nothing follows from a missing item
 * @see docs/domain.md T4
 */
export function readItems(
  platform: Platform,
  answer: unknown,
  videos: readonly Video[],
  otherwise: string,
  runFailed = false,
) {
  const failed = runFailed || !Array.isArray(answer) ? { failed: true as const } : {};
  const observations = new Map<string, Observation>(
    videos.map((video) => [video.videoId, { kind: 'MISSING', reason: otherwise, ...failed }]),
  );
  const items = Array.isArray(answer) ? (answer as unknown[]) : [];
  const refusedItems = Array.isArray(answer) ? [] : ['an answer that is not a list'];
  for (const item of items) {
    const read = readItem(ACTORS[platform], item);
    const known = read.videoId === null ? undefined : observations.get(read.videoId);
    if (read.videoId === null || !known) {
      refusedItems.push(
        read.videoId === null ? 'an item that names no clip' : 'an item of a clip that was not asked for',
      );
      continue;
    }
    if (read.observation.kind === 'MISSING') refusedItems.push(read.observation.reason);
    observations.set(read.videoId, better(known, read.observation));
  }
  return { observations, refusedItems };
}

function readItem(actor: Actor, item: unknown): { videoId: string | null; observation: Observation } {
  if (typeof item !== 'object' || item === null)
    return { videoId: null, observation: { kind: 'MISSING', reason: 'not an object' } };
  const fields = item as Item;
  return { videoId: actor.videoIdOf(fields), observation: observe(actor, fields) };
}

/**
 * A reading is kept for ever: what it keeps of an error is a code, never a text that may name somebody.
 * @see docs/domain.md U7
 */
const CODE = /^[A-Za-z0-9_.-]{1,60}$/;

function observe(actor: Actor, item: Item): Observation {
  const code = item.errorCode ?? item.error;
  if (code !== undefined && code !== null && code !== '') {
    const said = String(code).slice(0, 100);
    const reason = CODE.test(said) ? said : 'an error in words';
    return actor.saysRemoved(said) ? { kind: 'REMOVED', reason } : { kind: 'MISSING', reason };
  }
  const views = actor.views(item);
  if (views === undefined || views === null) return { kind: 'MISSING', reason: 'no count' };
  if (typeof views !== 'number' || !Number.isSafeInteger(views))
    return { kind: 'MISSING', reason: 'a count that is not a whole number' };
  const count = BigInt(views);
  if (count < 0n || count > VIEWS_LIMIT) return { kind: 'MISSING', reason: 'a count out of range' };
  return { kind: 'VALUE', views: count };
}

const RANK = { MISSING: 0, REMOVED: 1, VALUE: 2 };

/**
 * Of two answers on one clip: a count before anything else, and of two counts the lower, so that order decides nothing.
 */
function better(left: Observation, right: Observation): Observation {
  if (left.kind === 'VALUE' && right.kind === 'VALUE') return left.views < right.views ? left : right;
  return RANK[right.kind] > RANK[left.kind] || (left.kind === 'MISSING' && right.kind === 'MISSING') ? right : left;
}
