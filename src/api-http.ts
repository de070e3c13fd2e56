import { Readable } from 'node:stream';
import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Settings } from './infra/config.js';
import type { Deps, RequestContext, Viewer } from './infra/context.js';
import type { CrossRequestReads } from './infra/database/cross-request-reads.js';
import type { EntityManager, MikroORM } from './infra/database/database.js';
import { createLoad } from './infra/graphql/loader.js';
import { addressOfCaller } from './infra/http/caller-address.js';
import type { DemoPerson } from './infra/http/demo-session-routes.js';
import { requireShallow } from './infra/http/json-body.js';
import { beginRecord, endRecord } from './infra/http/request-log.js';
import { currentRequest, note } from './infra/http/request-record.js';
import { traced } from './infra/observability/tracing.js';
import type { PubSub } from './infra/queue/pub-sub.js';
import type { IdentityProvider } from './infra/security/identity-provider.js';
import { RateLimit } from './infra/security/rate-limit.js';
import type { Authenticate, Claims } from './infra/security/token.js';
import { userById } from './user/user.loaders.js';
import { type SignedIn, signIn } from './user/user.service.js';

/** Who is not signed in gets a fifth of a user's calls. */
const ANONYMOUS_PART = 5;

/** What an API is made of. */
export interface ApiOptions {
  orm: MikroORM;
  deps: Deps;
  authenticate: Authenticate;
  /** Whom the console signs in with; none without AUTH_OIDC_ISSUER. */
  provider?: IdentityProvider | null;
  pubSub: PubSub;
  /** Starts a job for an outside scheduler; null when there is none of that name. */
  startJob(name: string): Promise<{ runId: string | null } | null>;
  /** Makes a token of the sample data for the console's page; given with the embedded database alone. */
  demoToken?: (person: DemoPerson) => Promise<string>;
  /** Whether the queue can take jobs. */
  queueIsHealthy: () => Promise<boolean>;
}

/** With what requests share: the statements that several of them read with. */
export type ContextOptions = Pick<ApiOptions, 'orm' | 'deps' | 'pubSub'> & { sharedReads: CrossRequestReads };

/** A context for one request: its own identity map and loaders. */
export function createContext(
  { orm, deps, pubSub, sharedReads }: ContextOptions,
  viewer: Viewer | null,
): RequestContext {
  let em: EntityManager | undefined;
  // Most queries read through loaders alone, and to fork costs as much as such a read. On the prototype: Apollo copies
  // what is a context's own, and would fork by that.
  const lazily = {
    get em() {
      em ??= orm.em.fork();
      return em;
    },
  };
  const load = createLoad(() => context);
  const context: RequestContext = Object.assign(Object.create(lazily), { deps, viewer, pubSub, sharedReads, load });
  return context;
}

/** The context of a request; the caller's row has just been read, and is not read again for `me`. */
function contextOf(options: ContextOptions, signedIn: SignedIn | null): RequestContext {
  const context = createContext(options, signedIn?.viewer ?? null);
  if (signedIn) context.load(userById).prime(signedIn.user.id, signedIn.user);
  return context;
}

/** Counts calls in this process. @throws RATE_LIMITED */
export interface CallLimits {
  /** Whom a verified token speaks of; before anything is read about them. */
  subject(subject: string): void;
  user(id: string): void;
  anonymous(address: string): void;
}

export function callLimits({ RATE_LIMIT_PER_MINUTE: perMinute }: Settings): CallLimits {
  const limit = new RateLimit();
  return {
    subject: (subject) => limit.take(`subject ${subject}`, perMinute),
    user: (id) => limit.take(`user ${id}`, perMinute),
    anonymous: (address) => limit.take(`address ${address}`, Math.trunc(perMinute / ANONYMOUS_PART)),
  };
}

const PATH = '/graphql';
/** Of the headers those that Apollo reads. */
const APOLLO_HEADERS = ['content-type', 'accept', 'apollo-require-preflight', 'x-apollo-operation-name'];

/** What a verified token says; null for no token. */
const claimsOf = new WeakMap<FastifyRequest, Claims | null>();

/**
 * Registers POST and GET /graphql: who calls, whether they may call again already, and Apollo's answer.
 * @param sendPage answers a browser that opens the address; none without the playground
 */
export function registerGraphql(
  app: FastifyInstance,
  options: ApiOptions & ContextOptions,
  apollo: ApolloServer<RequestContext>,
  limits: CallLimits,
  sendPage?: (reply: FastifyReply) => void,
): void {
  const pageOr: onRequestHookHandler = (request, reply, done) => {
    if (sendPage && request.headers.accept?.includes('text/html')) sendPage(reply);
    else done();
  };
  const hooks = [beginRecord, admit(options, limits)];
  const route = { url: PATH, onSend: endRecord(options.deps.log), handler: answer(options, apollo, limits) };
  app.route({ ...route, method: 'POST', onRequest: hooks });
  app.route({ ...route, method: 'GET', exposeHeadRoute: false, onRequest: [pageOr, ...hooks] });
}

/** Refuses a token that is not accepted and whoever calls too often, before the body is read. */
function admit({ deps, authenticate }: ApiOptions, limits: CallLimits) {
  return async (request: FastifyRequest): Promise<void> => {
    const address = addressOfCaller(request.raw, deps.settings.TRUSTED_PROXY_HOPS);
    const claims = await authenticate(request.headers.authorization).catch((error: unknown) => {
      // Whoever tries tokens out is counted, too.
      limits.anonymous(address);
      throw error;
    });
    if (claims) limits.subject(claims.subject);
    else limits.anonymous(address);
    claimsOf.set(request, claims);
  };
}

function answer(
  options: ApiOptions & ContextOptions,
  apollo: ApolloServer<RequestContext>,
  limits: CallLimits,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  const { orm, deps, sharedReads } = options;
  return async (request, reply) =>
    traced('graphql', { 'request.id': request.id }, async (rename) => {
      const claims = claimsOf.get(request);
      const signedIn = claims ? await signIn(orm.em, deps, claims, sharedReads) : null;
      if (signedIn) {
        note({ userId: signedIn.viewer.id });
        limits.user(signedIn.viewer.id);
      }
      const answered = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: readRequest(request),
        context: async () => contextOf(options, signedIn),
      });
      const record = currentRequest();
      if (record) rename(record.operation ?? record.field);
      return send(reply, answered);
    });
}

function readRequest({ method, headers, url, body }: FastifyRequest): HTTPGraphQLRequest {
  const read = new HeaderMap();
  for (const name of APOLLO_HEADERS) {
    const value = headers[name];
    if (value !== undefined) read.set(name, String(value));
  }
  const at = url.indexOf('?');
  const search = at === -1 ? '' : url.slice(at);
  // Of a body that has been seen to already; Apollo reads these by itself.
  const parameters = new URLSearchParams(search);
  for (const name of ['variables', 'extensions']) requireShallow(parameters.get(name) ?? '');
  return { method, headers: read, search, body };
}

function send(reply: FastifyReply, { status, headers, body }: HTTPGraphQLResponse): FastifyReply {
  reply.code(status ?? 200);
  // Fastify counts by itself, after compression.
  for (const [name, value] of headers) if (name !== 'content-length') reply.header(name, value);
  return reply.send(body.kind === 'complete' ? body.string : Readable.from(body.asyncIterator));
}
