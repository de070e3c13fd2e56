import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ApolloServer, type ApolloServerPlugin, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { type DocumentNode, GraphQLError, type GraphQLSchema, visit } from 'graphql';
import { createSchema } from './api-schema.js';
import type { Deps, RequestContext, Viewer } from './infra/context.js';
import { createCronRoutes } from './infra/cron-routes.js';
import { isMigrated, type MikroORM } from './infra/database.js';
import { createFormatError } from './infra/format-error.js';
import { createHttpServer, type Handler, readJson, sendJson } from './infra/http-server.js';
import { createLoad } from './infra/loader.js';
import { createPlayground } from './infra/playground.js';
import { projectRoot } from './infra/project-root.js';
import type { PubSub } from './infra/pub-sub.js';
import type { Authenticate } from './infra/token.js';
import { createWebSocket, PARSER_TOKENS, VALIDATION_ERRORS } from './infra/websocket.js';
import { DomainError, type ErrorCode, forbidden } from './shared/errors.js';
import { accessFirst } from './user/access-first.js';
import { findViewer, viewerOf } from './user/user.service.js';
import { findSuspended } from './user/user.sql.js';

const OPERATIONS_FOLDER = path.join(projectRoot(), 'schema', 'operations');
const STATUS: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403 };

export interface ApiOptions {
  orm: MikroORM;
  deps: Deps;
  authenticate: Authenticate;
  pubSub: PubSub;
  /** Starts a job for an outside scheduler; null when there is none of that name. */
  startJob(name: string): Promise<{ runId: string | null } | null>;
  /** Whether the queue can take jobs. */
  queueIsHealthy: () => boolean;
}

export interface Api {
  /** Begins to listen and answers the address. */
  listen(port: number, host: string): Promise<string>;
  /** Says "not ready", answers what is in hand, and closes. */
  stop(): Promise<void>;
}

/** A context for one request: its own identity map and loaders. */
export function createContext(
  { orm, deps, pubSub }: Pick<ApiOptions, 'orm' | 'deps' | 'pubSub'>,
  viewer: Viewer | null,
): RequestContext {
  const context: RequestContext = { em: orm.em.fork(), deps, viewer, pubSub, load: createLoad(() => context) };
  return context;
}

/** The API over HTTP (/graphql, the playground, /cron, /healthz, /readyz) and, for subscriptions, over WebSocket. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { orm, deps, authenticate } = options;
  const report = (error: unknown) => deps.log.error({ err: error }, 'request failed');
  const formatError = createFormatError(report);
  const state = { draining: false };
  const schema = createSchema();
  const routes: Record<string, Handler> = {};
  const server = createHttpServer(routes, report);
  const apollo = createApollo(options, schema, server, formatError);
  Object.assign(routes, createRoutes(options, apollo, state));
  await apollo.start();
  const webSocket = createWebSocket({
    server,
    schema,
    formatError,
    signIn: async (authorization) => {
      const claims = await authenticate(authorization);
      return claims && viewerOf(orm.em.fork(), deps, claims);
    },
    contextOf: async (viewerId) => {
      const viewer = await findViewer(orm.em.fork(), viewerId);
      return viewer && createContext(options, viewer);
    },
    findRefused: (viewerIds) => findSuspended(orm.em.fork(), viewerIds),
  });
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => resolve(addressOf(server, host)));
      }),
    stop: async () => {
      state.draining = true;
      await webSocket.stop();
      await apollo.stop();
    },
  };
}

const addressOf = (server: Server, host: string) =>
  `http://${host === '0.0.0.0' ? 'localhost' : host}:${(server.address() as AddressInfo).port}`;

type FormatError = ReturnType<typeof createFormatError>;

function asksForSchema(document: DocumentNode): boolean {
  const asked: string[] = [];
  visit(document, {
    Field: ({ name }) => {
      if (name.value === '__schema' || name.value === '__type') asked.push(name.value);
    },
  });
  return asked.length > 0;
}

/** In production the schema is shown to admins alone. */
const introspectionForAdmins: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ document, contextValue }) {
        if (asksForSchema(document) && !contextValue.viewer?.admin) {
          throw new GraphQLError('', {
            originalError: forbidden('Introspection is for admins.'),
            extensions: { http: { status: 403 } },
          });
        }
      },
    };
  },
};

function createApollo(
  { deps }: ApiOptions,
  schema: GraphQLSchema,
  server: Server,
  formatError: FormatError,
): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    formatError,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: server }),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      accessFirst,
      ...(deps.settings.NODE_ENV === 'production' ? [introspectionForAdmins] : []),
    ],
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    parseOptions: { maxTokens: PARSER_TOKENS },
    validationOptions: { maxErrors: VALIDATION_ERRORS },
    csrfPrevention: true,
  });
}

function createRoutes(
  options: ApiOptions,
  apollo: ApolloServer<RequestContext>,
  state: { draining: boolean },
): Record<string, Handler> {
  const { orm, deps, queueIsHealthy, startJob } = options;
  const graphql = createGraphqlHandler(options, apollo);
  const playground = deps.settings.PLAYGROUND ? createPlayground(OPERATIONS_FOLDER) : undefined;
  const pageOr: Handler = (request, response, url) =>
    playground && request.headers.accept?.includes('text/html')
      ? playground.page(request, response)
      : graphql(request, response, url);
  const toPlayground: Handler = (_request, response) => void response.writeHead(302, { location: '/graphql' }).end();
  return {
    'POST /graphql': graphql,
    'GET /graphql': pageOr,
    ...(playground ? { 'GET /ruru/*': playground.file, 'GET /': toPlayground } : {}),
    ...createCronRoutes(deps.settings.CRON_SECRET, startJob),
    'GET /favicon.ico': (_request, response) => void response.writeHead(204).end(),
    'GET /healthz': (_request, response) => sendJson(response, 200, { status: 'alive' }),
    'GET /readyz': async (_request, response) => {
      const problem = state.draining ? 'draining' : await whyNotReady(orm, queueIsHealthy);
      sendJson(response, problem ? 503 : 200, { status: problem ?? 'ready' });
    },
  };
}

function createGraphqlHandler(options: ApiOptions, apollo: ApolloServer<RequestContext>): Handler {
  const { orm, deps, authenticate } = options;
  return async (request, response, url) => {
    const viewer = await viewerOfRequest(request, orm, deps, authenticate, response);
    if (viewer === undefined) return;
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
      context: async () => createContext(options, viewer),
    });
    await send(response, answer);
  };
}

/** Null for no token; undefined when the request was refused and answered. */
async function viewerOfRequest(
  request: IncomingMessage,
  orm: MikroORM,
  deps: Deps,
  authenticate: Authenticate,
  response: ServerResponse,
): Promise<Viewer | null | undefined> {
  try {
    const claims = await authenticate(request.headers.authorization);
    return claims && (await viewerOf(orm.em.fork(), deps, claims));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
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

async function whyNotReady(orm: MikroORM, queueIsHealthy: () => boolean): Promise<string | undefined> {
  if (!queueIsHealthy()) return 'the queue is not running';
  try {
    return (await isMigrated(orm)) ? undefined : 'migrations are pending';
  } catch {
    return 'the database does not answer';
  }
}
