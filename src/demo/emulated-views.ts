import { createHash } from 'node:crypto';
import { Platform } from '../platform/platform.js';

/**
 * What the emulated source says of a video when it is asked: a count, nothing, gone, or an item of the test's own
 * making.
 */
export type Scripted = number | null | 'REMOVED' | Record<string, unknown>;

/** The clip of the README's first walk: baseline 1,000, then 2,000, 2,000 and 5,000. */
const EXAMPLE_VIDEO_ID = '7000000000000001000';
const EXAMPLE_SERIES: Scripted[] = [1_000, 2_000, 2_000, 5_000];
const BASE_VIEWS_LIMIT = 20_000;
const GROWTH_LIMIT = 9_000;

/** View counts that depend on the video and the number of times it was asked alone. */
export class EmulatedViews {
  readonly #scripts = new Map<string, Scripted[]>([[keyOf(Platform.TIKTOK, EXAMPLE_VIDEO_ID), EXAMPLE_SERIES]]);
  readonly #asked: Map<string, number>;

  constructor(asked: Record<string, number> = {}) {
    this.#asked = new Map(Object.entries(asked));
  }

  /** Says what a video answers, ask by ask; the last answer stays. */
  script(platform: Platform, videoId: string, answers: Scripted[]): void {
    this.#scripts.set(keyOf(platform, videoId), answers);
    this.#asked.delete(keyOf(platform, videoId));
  }

  /** How often each video was asked: what must be kept for views not to fall at a restart. */
  get asked(): Record<string, number> {
    return Object.fromEntries(this.#asked);
  }

  timesAsked(platform: Platform, videoId: string): number {
    return this.#asked.get(keyOf(platform, videoId)) ?? 0;
  }

  /** Counts the ask and answers it. */
  ask(platform: Platform, videoId: string): Scripted {
    const key = keyOf(platform, videoId);
    const asked = this.#asked.get(key) ?? 0;
    this.#asked.set(key, asked + 1);
    const script = this.#scripts.get(key);
    if (script) return script[Math.min(asked, script.length - 1)] ?? null;
    const seed = createHash('sha256').update(key).digest();
    return (seed.readUInt32BE(0) % BASE_VIEWS_LIMIT) + asked * (seed.readUInt32BE(4) % GROWTH_LIMIT);
  }
}

const keyOf = (platform: Platform, videoId: string) => `${platform} ${videoId}`;

/** Writes an answer as the platform's actor would. */
export function itemOf(
  platform: Platform,
  videoId: string,
  url: string,
  answer: Scripted,
): Record<string, unknown> | undefined {
  if (answer === null) return undefined;
  if (typeof answer === 'object') return answer;
  return answer === 'REMOVED' ? REMOVED_ITEMS[platform](url) : COUNT_ITEMS[platform](videoId, url, answer);
}

const REMOVED_ITEMS: Record<Platform, (url: string) => Record<string, unknown>> = {
  [Platform.TIKTOK]: (url) => ({
    url,
    input: url,
    error: 'Post not found or private',
    errorCode: 'POST_NOT_FOUND_OR_PRIVATE',
  }),
  [Platform.YOUTUBE]: (url) => ({ url, input: url, error: 'VIDEO_NOT_FOUND' }),
  [Platform.INSTAGRAM]: (url) => ({ url, inputUrl: url, error: 'not_found', errorDescription: 'Post does not exist' }),
};

const COUNT_ITEMS: Record<Platform, (videoId: string, url: string, views: number) => Record<string, unknown>> = {
  [Platform.TIKTOK]: (id, url, views) => ({
    id,
    text: 'an emulated clip',
    createTime: 1_756_403_075,
    webVideoUrl: url,
    playCount: views,
    diggCount: Math.trunc(views / 12),
    shareCount: 1,
    commentCount: 2,
    submittedVideoUrl: url,
    input: url,
  }),
  [Platform.YOUTUBE]: (id, url, views) => ({
    id,
    title: 'an emulated clip',
    type: 'video',
    url,
    viewCount: views,
    likes: 3,
    fromYTUrl: url,
    input: url,
    order: 0,
  }),
  [Platform.INSTAGRAM]: (shortCode, url, views) => ({
    id: '3913028191006298064',
    type: 'Video',
    shortCode,
    productType: 'clips',
    url,
    inputUrl: url,
    likesCount: 4,
    videoViewCount: Math.trunc(views / 6),
    videoPlayCount: views,
  }),
};
