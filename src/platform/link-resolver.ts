/** Asks where a short link leads: one hop, without following it. A port toward the open internet. */
export interface LinkResolver {
  /**
   * @returns the address of the redirect as the host gives it; null when there is none
   * @throws LinkError the host cannot be asked
   */
  locationOf(url: URL): Promise<string | null>;
}

export class LinkError extends Error {
  override readonly name = 'LinkError';
}

declare module '../infra/context.js' {
  interface Deps {
    linkResolver: LinkResolver;
  }
}
