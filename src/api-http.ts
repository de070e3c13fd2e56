import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { Settings } from './infra/config.js';
import type { Deps, RequestContext, Viewer } from './infra/context.js';
import type { JoinedReads } from './infra/database/cross-request-reads.js';
import type { EntityManager, MikroORM } from './infra/database/database.js';
import { createLoad } from './infra/graphql/loader.js';
import { type Handler, readJson, sendJson } from './infra/http/http-server.js';
import { note } from './infra/http/request-record.js';
import type { PubSub } from './infra/queue/pub-sub.js';
import { RateLimit } from './infra/security/rate-limit.js';
import type { Authenticate } from './infra/security/token.js';
import { DomainError, type ErrorCode } from './shared/errors.js';
import { userById } from './user/user.loaders.js';
import { type SignedIn, signIn } from './user/user.service.js';

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  UPSTREAM_UNAVAILABLE: 503,
};
/** Who is not signed in gets a fifth of a user's calls. */
const ANONYMOUS_PART = 5;
/** An IPv6 customer has at least this many leading groups to themselves. */
const IPV6_GROUPS = 4;

/** What an API is made of. */
export interface ApiOptions {
  orm: MikroORM;
  deps: Deps;
  authenticate: Authenticate;
  pubSub: PubSub;
  /** Starts a job for an outside scheduler; null when there is none of that name. */
  startJob(name: string): Promise<{ runId: string | null } | null>;
  /** Whether the queue can take jobs. */
  queueIsHealthy: () => Promise<boolean>;
}

/** With what requests share: the statements that several of them read with. */
export type ContextOptions = Pick<ApiOptions, 'orm' | 'deps' | 'pubSub'> & { joined: JoinedReads };

/** A context for one request: its own identity map and loaders. */
export function createContext({ orm, deps, pubSub, joined }: ContextOptions, viewer: Viewer | null): RequestContext {
  let em: EntityManager | undefined;
  // Most queries read through loaders alone, and to fork costs as much as such a read. On the prototype: Apollo copies what
  // is a context's own, and would fork by that.
  const lazily = {
    get em() {
      em ??= orm.em.fork();
      return em;
    },
  };
  const load = createLoad(() => context);
  const context: RequestContext = Object.assign(Object.create(lazily), { deps, viewer, pubSub, joined, load });
  return context;
}

/** The context of a request; the caller's row has just been read, and is not read again for `me`. */
function contextOf(options: ContextOptions, signedIn: SignedIn | null): RequestContext {
  const context = createContext(options, signedIn?.viewer ?? null);
  if (signedIn) context.load(userById).prime(signedIn.user.id, signedIn.user);
  return context;
}

/** Where a call comes from: the other end of the connection, or what the trusted proxies say is behind them. */
export function addressOfCaller(request: Pick<IncomingMessage, 'headers' | 'socket'>, proxyHops: number): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
  const claimed = proxyHops > 0 ? forwarded.at(-proxyHops)?.trim() : undefined;
  const address = claimed || (request.socket.remoteAddress ?? 'unknown');
  const isV6 = address.includes(':') && !address.includes('.');
  return isV6 ? address.split(':').slice(0, IPV6_GROUPS).join(':') : address;
}

/** Counts calls in this process. @throws RATE_LIMITED */
export interface CallLimits {
  user(id: string): void;
  anonymous(address: string): void;
}

export function callLimits({ RATE_LIMIT_PER_MINUTE: perMinute }: Settings): CallLimits {
  const limit = new RateLimit();
  return {
    user: (id) => limit.take(`user ${id}`, perMinute),
    anonymous: (address) => limit.take(`address ${address}`, Math.trunc(perMinute / ANONYMOUS_PART)),
  };
}

/** POST and GET /graphql: who calls, whether they may call again already, and Apollo's answer. */
export function createGraphqlHandler(
  options: ApiOptions & ContextOptions,
  apollo: ApolloServer<RequestContext>,
  limits: CallLimits,
): Handler {
  return async (request, response, url) => {
    const signedIn = await viewerOfRequest(request, options, limits, response);
    if (signedIn === undefined) return;
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    const entries = Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'POST',
        headers: new HeaderMap(entries),
        search: url.search,
        body,
      },
      context: async () => contextOf(options, signedIn),
    });
    await send(response, answer);
  };
}

/** Null for no token; undefined when the request was refused and answered. */
async function viewerOfRequest(
  request: IncomingMessage,
  { orm, deps, authenticate, joined }: ApiOptions & ContextOptions,
  limits: CallLimits,
  response: ServerResponse,
): Promise<SignedIn | null | undefined> {
  const address = addressOfCaller(request, deps.settings.TRUSTED_PROXY_HOPS);
  try {
    const claims = await authenticate(request.headers.authorization).catch((error: unknown) => {
      // Whoever tries tokens out is counted, too.
      limits.anonymous(address);
      throw error;
    });
    if (!claims) {
      limits.anonymous(address);
      return null;
    }
    const signedIn = await signIn(orm.em, deps, claims, joined);
    note({ userId: signedIn.viewer.id });
    limits.user(signedIn.viewer.id);
    return signedIn;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    note({ code: error.code });
    const { retryAfterSeconds } = error.details;
    if (retryAfterSeconds) response.setHeader('retry-after', String(retryAfterSeconds));
    sendJson(response, STATUS[error.code] ?? 400, {
      errors: [{ message: error.message, extensions: { code: error.code, ...error.details } }],
    });
    return undefined;
  }
}

async function send(response: ServerResponse, { status, headers, body }: HTTPGraphQLResponse): Promise<void> {
  response.writeHead(status ?? 200, Object.fromEntries(headers));
  if (body.kind === 'complete') {
    response.end(body.string);
    return;
  }
  for await (const chunk of body.asyncIterator) response.write(chunk);
  response.end();
}
