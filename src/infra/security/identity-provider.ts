import { z } from 'zod';

const READ_LIMIT_MS = 5_000;
/** A page of the console does not wait longer for the origins that it may call. */
const PAGE_LIMIT_MS = 2_000;
const BODY_LIMIT_BYTES = 200_000;
const KEPT_MS = 3_600_000;
/** A provider that is away is not asked for each request. */
const COOLDOWN_MS = 30_000;

const address = z.string().refine((text) => URL.canParse(text));
const documentSchema = z.object({
  issuer: z.string(),
  jwks_uri: address,
  authorization_endpoint: address,
  token_endpoint: address,
  userinfo_endpoint: address.optional(),
});

/** What the provider says of itself. */
export type DiscoveryDocument = z.infer<typeof documentSchema>;

/** The provider cannot be read, or is not the one that is meant: one line for an operator. */
export class IdentityProviderError extends Error {
  override readonly name = 'IdentityProviderError';
}

/**
 * The identity provider that AUTH_OIDC_ISSUER names. Its discovery document is read when it is first needed and kept
 * for an hour; when the provider is away then, the one from before still counts.
 */
export class IdentityProvider {
  #known: { document: DiscoveryDocument; atMs: number } | undefined;
  #failed: { error: IdentityProviderError; atMs: number } | undefined;
  #reading: Promise<DiscoveryDocument> | undefined;

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    readonly issuer: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws IdentityProviderError within 5 s; for 30 s the same one again */
  async document(): Promise<DiscoveryDocument> {
    const at = this.now();
    if (this.#known && at - this.#known.atMs < KEPT_MS) return this.#known.document;
    if (this.#failed && at - this.#failed.atMs < COOLDOWN_MS) return this.#orKnown(this.#failed.error);
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Origins that a page must be able to call to sign somebody in; of the issuer alone while there is no document. */
  async origins(): Promise<string[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, PAGE_LIMIT_MS, undefined);
    });
    const known = await Promise.race([this.document().catch(() => undefined), late]);
    clearTimeout(timer);
    const called = known ? [known.token_endpoint, known.jwks_uri, known.userinfo_endpoint ?? []].flat() : [];
    return [...new Set([this.issuer, ...called].map((each) => new URL(each).origin))];
  }

  async #read(): Promise<DiscoveryDocument> {
    try {
      const document = await readDocument(this.issuer);
      this.#known = { document, atMs: this.now() };
      this.#failed = undefined;
      return document;
    } catch (error) {
      const told = error instanceof IdentityProviderError ? error : failure(this.issuer, reasonOf(error));
      this.#failed = { error: told, atMs: this.now() };
      return this.#orKnown(told);
    }
  }

  #orKnown(error: IdentityProviderError): DiscoveryDocument {
    if (!this.#known) throw error;
    return this.#known.document;
  }
}

async function readDocument(issuer: string): Promise<DiscoveryDocument> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(READ_LIMIT_MS), redirect: 'error' });
  if (!response.ok) throw failure(issuer, `${url} answers ${response.status}`);
  const parsed = documentSchema.safeParse(JSON.parse(await textOf(response)));
  if (!parsed.success) throw failure(issuer, `${url} has no usable ${String(parsed.error.issues[0]?.path[0])}`);
  const document = parsed.data;
  if (document.issuer !== issuer)
    throw failure(
      issuer,
      `the provider calls itself ${document.issuer}, and AUTH_OIDC_ISSUER must be the very same text`,
    );
  // Otherwise whoever stands in between signs people in.
  const open = [document.jwks_uri, document.token_endpoint, document.authorization_endpoint].find(
    (each) => issuer.startsWith('https:') && !each.startsWith('https:'),
  );
  if (open) throw failure(issuer, `${open} is not an https address`);
  return document;
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > BODY_LIMIT_BYTES) throw new Error(`its document is larger than ${BODY_LIMIT_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const failure = (issuer: string, reason: string) =>
  new IdentityProviderError(`The identity provider ${issuer} cannot be used: ${reason}.`);

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `it does not answer within ${READ_LIMIT_MS / 1_000} s`;
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : message;
}
