import { OutboundClient } from '../infra/outbound/outbound-client.js';
import { LinkError, type LinkResolver } from './link-resolver.js';

/** The host does not want to answer us at the moment; it says nothing of the link. */
const NOT_NOW = new Set([403, 408, 425, 429]);
const HOP_LIMIT_MS = 5_000;
/**
 * What a browser sends when somebody opens a link: Instagram may answer /share/ links with a page instead of a redirect
 * otherwise.
 */
const HEADERS = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
};

/** Asks the host of a short link over HTTPS. */
export class HttpsLinkResolver implements LinkResolver {
  constructor(private readonly client: Pick<OutboundClient, 'send'> = new OutboundClient()) {}

  async locationOf(url: URL): Promise<string | null> {
    const { status, headers } = await this.client
      .send(url, { method: 'GET', headers: HEADERS, limitMs: HOP_LIMIT_MS })
      .catch((error: Error) => {
        throw new LinkError(error.message);
      });
    if (status >= 500 || NOT_NOW.has(status)) throw new LinkError(`HTTP ${status}`);
    return status >= 300 && status < 400 ? (headers.location ?? null) : null;
  }
}
