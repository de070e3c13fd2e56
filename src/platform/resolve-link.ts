import type { Deps } from '../infra/context.js';
import { badInput, upstreamUnavailable } from '../shared/errors.js';
import { isLinkHost, reduceLink, type ShortLink, type Video } from './link.rules.js';
import { findLink } from './link-in-text.rules.js';
import { LinkError } from './link-resolver.js';

const HOPS_LIMIT = 5;

/** The link that somebody gave, and what it is by its form alone. */
export interface GivenLink {
  /** As it was given, without the text around it. */
  link: string;
  leadsTo: Video | ShortLink;
}

/**
 * Checks the form of a link, or of a text that holds exactly one.
 * @param field the input that holds it
 * @throws BAD_USER_INPUT not one clip on a supported host
 * @see docs/domain.md S1
 */
export function checkLink(field: string, text: string): GivenLink {
  const found = findLink(text);
  if ('refused' in found) throw badInput(field, found.refused);
  return { link: found.link, leadsTo: checkForm(field, found.link) };
}

function checkForm(field: string, link: string): Video | ShortLink {
  const reduced = reduceLink(link);
  if ('refused' in reduced) throw badInput(field, reduced.refused);
  return reduced;
}

/**
 * The clip that a link names: a short link is followed, hop by hop, on the platforms' own hosts alone.
 * @throws BAD_USER_INPUT it leads to no clip; UPSTREAM_UNAVAILABLE it cannot be followed now
 * @see docs/domain.md S1
 */
export async function resolveLink(
  deps: Pick<Deps, 'linkResolver' | 'log'>,
  field: string,
  link: Video | ShortLink,
): Promise<Video> {
  let reduced = link;
  for (let hops = 0; 'short' in reduced; hops += 1) {
    const { short } = reduced;
    if (hops === HOPS_LIMIT) throw badInput(field, `This short link leads on and on. ${ASK}`);
    const location = await follow(deps, short);
    if (location === null) throw badInput(field, `This short link leads nowhere. ${ASK}`);
    const next = URL.canParse(location, short.href) ? new URL(location, short) : null;
    if (!next || !isLinkHost(next.hostname)) throw badInput(field, `This short link leads to another site. ${ASK}`);
    reduced = checkForm(field, next.href);
  }
  return reduced;
}

const ASK = 'Open it and give the address it leads to.';

async function follow({ linkResolver, log }: Pick<Deps, 'linkResolver' | 'log'>, url: URL): Promise<string | null> {
  try {
    return await linkResolver.locationOf(url);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    log.warn({ host: url.hostname, err: error.message }, 'short link not followed');
    throw upstreamUnavailable(`The short link cannot be followed at the moment. ${ASK}`);
  }
}
