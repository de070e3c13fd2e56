/** What each actor stores for keys that were not sent. */
const DEFAULTS: Record<string, Record<string, unknown>> = {
  postURLs: { excludePinnedPosts: false, scrapeRelatedSearchWords: false, maxFollowersPerProfile: 0 },
  startUrls: { sortingOrder: 'relevance', downloadSubtitles: false, subtitlesLanguage: 'any' },
  directUrls: { searchType: 'hashtag', searchLimit: 1, enhanceUserSearchWithFacebookPage: false },
};

/** An input as the platform stores it: with the actor's defaults, links in lists of requests completed. */
export function withDefaults(input: unknown): unknown {
  const sent = input as Record<string, unknown>;
  const defaults = Object.entries(DEFAULTS).find(([key]) => key in sent)?.[1];
  const { startUrls } = sent;
  const requests = Array.isArray(startUrls)
    ? { startUrls: startUrls.map((each) => ({ method: 'GET', ...(each as object) })) }
    : {};
  return { ...defaults, ...sent, ...requests };
}

/** The links in the input of any of the three actors. */
export function linksOf(input: unknown): string[] | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { postURLs, startUrls, directUrls } = input as Record<string, unknown>;
  const links = [
    postURLs,
    directUrls,
    Array.isArray(startUrls) ? startUrls.map((each) => (each as { url?: unknown } | null)?.url) : undefined,
  ].find(Array.isArray);
  return links?.length && links.every((link) => typeof link === 'string') ? links : undefined;
}
