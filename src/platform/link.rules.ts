import { Platform } from './platform.js';

/** One clip on one platform: what all forms of its link are reduced to. @see docs/domain.md S1 */
export interface Video {
  platform: Platform;
  /** The platform's own identifier; a string, since TikTok's do not fit a number. */
  videoId: string;
  canonicalUrl: string;
}

/** Why a text is not a link to one clip, in words for whoever gave it. */
export interface RefusedLink {
  refused: string;
}

/** A link that leads to another; what it leads to has to be asked for. */
export interface ShortLink {
  short: URL;
}

export const LINK_LENGTH_LIMIT = 2_048;
export const TOO_LONG = `The link is longer than ${LINK_LENGTH_LIMIT} characters.`;

const TIKTOK_HOSTS = new Set([
  'tiktok.com',
  'www.tiktok.com',
  'm.tiktok.com',
  'lite.tiktok.com',
  't.tiktok.com',
  'www.tiktokv.com',
]);
const TIKTOK_SHORT_HOSTS = new Set(['vm.tiktok.com', 'vt.tiktok.com']);
const YOUTUBE_HOSTS = new Set([
  'youtube.com',
  'www.youtube.com',
  'm.youtube.com',
  'music.youtube.com',
  'youtube-nocookie.com',
  'www.youtube-nocookie.com',
]);
const INSTAGRAM_HOSTS = new Set([
  'instagram.com',
  'www.instagram.com',
  'm.instagram.com',
  'instagr.am',
  'www.instagr.am',
]);

/** A TikTok id never begins with 0, so an id with a leading 0 would be a second name of no clip. */
const TIKTOK_PATHS = [
  /^\/@([\w.-]*)\/(?:video|photo)\/([1-9]\d{14,19})$/,
  /^\/(?:v|embed|embed\/v2|player\/v1|share\/video|i18n\/share\/video)\/()([1-9]\d{14,19})(?:\.html)?$/,
];
const YOUTUBE_PATH = /^\/(?:shorts|live|embed|v|e)\/([\w-]{11})$/;
/** The owner's own page of a video, and its tabs. */
const YOUTUBE_STUDIO_PATH = /^\/video\/([\w-]{11})(?:\/[a-z-]+){0,3}$/;
const YOUTUBE_ID = /^[\w-]{11}$/;
/** Pages under /embed/ whose names have the form of an id: /embed/videoseries?list=, /embed/live_stream?channel=. */
const YOUTUBE_NO_IDS = new Set(['videoseries', 'live_stream']);
const INSTAGRAM_PATH = /^(?:\/[\w.]{1,30})?\/(?:reels?|p|tv)\/([\w-]+)(?:\/embed(?:\/captioned)?)?$/;
const INSTAGRAM_CODE = /^[\w-]{10,11}$/;
/** A private link carries its code and 28 more characters. */
const INSTAGRAM_PRIVATE_SUFFIX = 28;

const FULL_FORMS =
  'Give the full link of one clip, such as https://www.tiktok.com/@user/video/7543693751290481942, https://www.youtube.com/shorts/dQw4w9WgXcQ or https://www.instagram.com/reel/DZN3mhZBQ_Q/.';

/**
 * Reduces any form of one clip's link, and nothing around it, to its platform and video id.
 * @returns the clip; a short link, which has to be followed; or why the text is not one clip on a supported host
 * @see docs/domain.md S1
 */
export function reduceLink(text: string): Video | ShortLink | RefusedLink {
  const url = urlOf(text.trim());
  if ('refused' in url) return url;
  const host = url.hostname;
  const path = url.pathname.replace(/\/+$/, '');
  if (TIKTOK_SHORT_HOSTS.has(host) || (TIKTOK_HOSTS.has(host) && /^\/t\//.test(path))) return shortLink(url);
  if (TIKTOK_HOSTS.has(host)) return tiktok(path);
  if (host === 'youtu.be' || host === 'www.youtu.be') return youtube(path.slice(1));
  if (YOUTUBE_HOSTS.has(host)) return youtubePage(url, path);
  if (host === 'studio.youtube.com') return youtube(YOUTUBE_STUDIO_PATH.exec(path)?.[1] ?? '');
  if (INSTAGRAM_HOSTS.has(host)) return /^\/share\//.test(path) ? shortLink(url) : instagram(path);
  return refuse(`${host} is not a supported site.`);
}

export const refuse = (why: string): RefusedLink => ({ refused: `${why} ${FULL_FORMS}` });

/** By HTTPS alone, whatever was given; without what does not lead anywhere. */
function shortLink({ hostname, pathname }: URL): ShortLink {
  return { short: new URL(`https://${hostname}${pathname}`) };
}

/** Whether a host may be asked where a short link leads: those that give out such links, and those they lead to. */
export const isLinkHost = (host: string) =>
  TIKTOK_HOSTS.has(host) || TIKTOK_SHORT_HOSTS.has(host) || INSTAGRAM_HOSTS.has(host);

function urlOf(text: string): URL | RefusedLink {
  if (text === '') return refuse('The link is empty.');
  if (text.length > LINK_LENGTH_LIMIT) return refuse(TOO_LONG);
  // The URL parser drops tabs and line ends and takes a backslash for a slash: what it would repair is refused here.
  if (/[\s\\\p{C}]/u.test(text)) return refuse('The link holds spaces, backslashes or control characters.');
  const full = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(full)) return refuse('This is not a link.');
  const url = new URL(full);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('The link must begin with https://.');
  if (url.username || url.password) return refuse('The link must not hold a user name or password.');
  if (url.port) return refuse('The link must not name a port.');
  return url;
}

function tiktok(path: string): Video | RefusedLink {
  for (const form of TIKTOK_PATHS) {
    const [, user, videoId] = form.exec(path) ?? [];
    if (videoId)
      return {
        platform: Platform.TIKTOK,
        videoId,
        canonicalUrl: `https://www.tiktok.com/@${user || '_'}/video/${videoId}`,
      };
  }
  return refuse('This TikTok link is not that of one video.');
}

function youtubePage(url: URL, path: string): Video | RefusedLink {
  if (path === '/watch') {
    const ids = new Set(url.searchParams.getAll('v'));
    return ids.size === 1 ? youtube([...ids][0] ?? '') : refuse('This YouTube link does not name one video (v=).');
  }
  return youtube(YOUTUBE_PATH.exec(path)?.[1] ?? '');
}

function youtube(videoId: string): Video | RefusedLink {
  if (!YOUTUBE_ID.test(videoId) || YOUTUBE_NO_IDS.has(videoId))
    return refuse('This YouTube link is not that of one video.');
  return { platform: Platform.YOUTUBE, videoId, canonicalUrl: `https://www.youtube.com/watch?v=${videoId}` };
}

function instagram(path: string): Video | RefusedLink {
  const given = INSTAGRAM_PATH.exec(path)?.[1] ?? '';
  const code = given.length > INSTAGRAM_PRIVATE_SUFFIX ? given.slice(0, -INSTAGRAM_PRIVATE_SUFFIX) : given;
  if (!INSTAGRAM_CODE.test(code)) return refuse('This Instagram link is not that of one post or reel.');
  return { platform: Platform.INSTAGRAM, videoId: code, canonicalUrl: `https://www.instagram.com/p/${code}/` };
}
