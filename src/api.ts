import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { type DocumentNode, GraphQLError, type GraphQLSchema, visit } from 'graphql';
import { type ApiOptions, addressOfCaller, callLimits, createContext, createGraphqlHandler } from './api-http.js';
import { createSchema } from './api-schema.js';
import type { RequestContext } from './infra/context.js';
import { JoinedReads } from './infra/database/cross-request-reads.js';
import { Readiness } from './infra/database/readiness.js';
import { createGateway } from './infra/graphql/compiled-operations.js';
import { createFormatError } from './infra/graphql/format-error.js';
import { limitRules } from './infra/graphql/query-limits.js';
import { createWebSocket, PARSER_TOKENS, VALIDATION_ERRORS } from './infra/graphql/websocket.js';
import { createCronRoutes } from './infra/http/cron-routes.js';
import { createHttpServer, type Handler, sendJson } from './infra/http/http-server.js';
import { createPlayground } from './infra/http/playground.js';
import { noteOperation, recordRequests } from './infra/http/request-log.js';
import { METRICS_TYPE, metricsText } from './infra/observability/metrics.js';
import { projectRoot } from './infra/project-root.js';
import { measureLaws } from './proof/consistency.service.js';
import { forbidden } from './shared/errors.js';
import { accessFirst } from './user/access-first.js';
import { findViewer, signIn } from './user/user.service.js';
import { findSuspended } from './user/user.sql.js';

const OPERATIONS_FOLDER = path.join(projectRoot(), 'schema', 'operations');

export interface Api {
  /** Begins to listen and answers the address. */
  listen(port: number, host: string): Promise<string>;
  /** Says "not ready", answers what is in hand, and closes. */
  stop(): Promise<void>;
}

/** The API over HTTP (/graphql, the playground, /cron, /healthz, /readyz) and, for subscriptions, over WebSocket. */
export async function createApi(given: ApiOptions): Promise<Api> {
  const { orm, deps, authenticate } = given;
  const joined = new JoinedReads(orm.em.fork());
  const options = { ...given, joined };
  const report = (error: unknown) => deps.log.error({ err: error }, 'request failed');
  const formatError = createFormatError(report);
  const state = { draining: false, readiness: new Readiness(orm) };
  const schema = createSchema();
  const routes: Record<string, Handler> = {};
  const server = createHttpServer(routes, report);
  const apollo = createApollo(options, schema, server, formatError);
  const limits = callLimits(deps.settings);
  Object.assign(
    routes,
    createRoutes(options, recordRequests(createGraphqlHandler(options, apollo, limits), deps.log), state),
  );
  await apollo.start();
  const webSocket = createWebSocket({
    server,
    schema,
    log: deps.log,
    formatError,
    signIn: async (authorization) => {
      const claims = await authenticate(authorization);
      if (!claims) return null;
      const { viewer } = await signIn(orm.em, deps, claims, joined);
      return { id: viewer.id, expiresAt: claims.expiresAt };
    },
    contextOf: async (viewerId) => {
      const viewer = await findViewer(orm.em.fork(), viewerId);
      return viewer && createContext(options, viewer);
    },
    findRefused: (viewerIds) => findSuspended(orm.em.fork(), viewerIds),
    admitAddress: (request) => limits.anonymous(addressOfCaller(request, deps.settings.TRUSTED_PROXY_HOPS)),
    admitViewer: (viewerId) => limits.user(viewerId),
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
      await state.readiness.stop();
    },
  };
}

const addressOf = (server: Server, host: string) =>
  `http://${host === '0.0.0.0' ? 'localhost' : host}:${(server.address() as AddressInfo).port}`;

type FormatError = ReturnType<typeof createFormatError>;

/** Documents come again as the same objects: Apollo keeps those that it has parsed. */
const askingForSchema = new WeakMap<DocumentNode, boolean>();

function asksForSchema(document: DocumentNode): boolean {
  const known = askingForSchema.get(document);
  if (known !== undefined) return known;
  const asked: string[] = [];
  visit(document, {
    Field: ({ name }) => {
      if (name.value === '__schema' || name.value === '__type') asked.push(name.value);
    },
  });
  askingForSchema.set(document, asked.length > 0);
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
    gateway: createGateway(schema),
    formatError,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: server }),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      accessFirst,
      noteOperation,
      ...(deps.settings.NODE_ENV === 'production' ? [introspectionForAdmins] : []),
    ],
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    parseOptions: { maxTokens: PARSER_TOKENS },
    validationRules: [...limitRules],
    validationOptions: { maxErrors: VALIDATION_ERRORS },
    csrfPrevention: true,
  });
}

function createRoutes(
  { orm, deps, queueIsHealthy, startJob }: ApiOptions,
  graphql: Handler,
  state: { draining: boolean; readiness: Readiness },
): Record<string, Handler> {
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
    'GET /metrics': async (_request, response) => {
      // Without a database there is still something to measure.
      await measureLaws(orm.em.fork()).catch(() => undefined);
      const text = await metricsText();
      response.writeHead(200, { 'content-type': METRICS_TYPE }).end(text);
    },
    'GET /healthz': (_request, response) => sendJson(response, 200, { status: 'alive' }),
    'GET /readyz': async (_request, response) => {
      const problem = state.draining ? 'draining' : await whyNotReady(state.readiness, queueIsHealthy);
      sendJson(response, problem ? 503 : 200, { status: problem ?? 'ready' });
    },
  };
}

async function whyNotReady(readiness: Readiness, queueIsHealthy: () => boolean): Promise<string | undefined> {
  return queueIsHealthy() ? readiness.problem() : 'the queue is not running';
}
