import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { type DocumentNode, GraphQLError, type GraphQLSchema, visit } from 'graphql';
import { type ApiOptions, callLimits, createContext } from './api-http.js';
import { registerRoutes } from './api-routes.js';
import { createSchema } from './api-schema.js';
import type { RequestContext } from './infra/context.js';
import { CrossRequestReads } from './infra/database/cross-request-reads.js';
import { DatabaseReadiness } from './infra/database/database-readiness.js';
import { createGateway } from './infra/graphql/compiled-operations.js';
import { createFormatError } from './infra/graphql/format-error.js';
import { outageStatus } from './infra/graphql/outage-status.js';
import {
  digestOf,
  type Manifest,
  persistedOnly,
  persistedQueries,
  readManifest,
  refusalOfOperation,
} from './infra/graphql/persisted-operations.js';
import { limitRules } from './infra/graphql/query-limits.js';
import { refuseSubscriptions } from './infra/graphql/subscriptions-over-http.js';
import { createWebSocket, PARSER_TOKENS, VALIDATION_ERRORS } from './infra/graphql/websocket.js';
import { addressOfCaller } from './infra/http/caller-address.js';
import { isAllowedOrigin } from './infra/http/cors.js';
import { createHttpApp, type RegisteredRoute } from './infra/http/http-app.js';
import { noteOperation } from './infra/http/request-log.js';
import { projectRoot } from './infra/project-root.js';
import { forbidden } from './shared/errors.js';
import { accessFirst } from './user/access-first.js';
import { findViewer, signIn } from './user/user.service.js';
import { findSuspended } from './user/user.sql.js';

const MANIFEST_FILE = path.join(projectRoot(), 'schema', 'generated', 'persisted-operations.json');

export interface Api {
  /** Every route over HTTP. */
  routes: readonly RegisteredRoute[];
  /** Begins to listen and answers the address. */
  listen(port: number, host: string): Promise<string>;
  /** Says "not ready", serves for DRAIN_SECONDS, answers what is in hand, and closes. */
  stop(): Promise<void>;
}

/** The API over HTTP (/graphql, the playground, /cron, /healthz, /readyz) and, for subscriptions, over WebSocket. */
export async function createApi(given: ApiOptions): Promise<Api> {
  const { orm, deps, authenticate } = given;
  const sharedReads = new CrossRequestReads(orm.em.fork());
  const options = { ...given, sharedReads };
  const report = (error: unknown) => deps.log.error({ err: error }, 'request failed');
  const formatError = createFormatError(report);
  const state = { draining: false, readiness: new DatabaseReadiness(orm) };
  const schema = createSchema();
  const manifest = readManifest(MANIFEST_FILE);
  const { app, routes } = await createHttpApp({ corsOrigins: deps.settings.CORS_ORIGINS, onError: report });
  const apollo = createApollo(options, { schema, manifest, server: app.server, formatError });
  const limits = callLimits(deps.settings);
  registerRoutes(app, options, apollo, limits, state);
  await apollo.start();
  await app.ready();
  const webSocket = createWebSocket({
    server: app.server,
    schema,
    log: deps.log,
    now: () => deps.clock.now(),
    formatError,
    signIn: async (authorization) => {
      const claims = await authenticate(authorization);
      if (!claims) return null;
      const { viewer } = await signIn(orm.em, deps, claims, sharedReads);
      return { id: viewer.id, expiresAt: claims.expiresAt };
    },
    contextOf: async (viewerId) => {
      const viewer = await findViewer(orm.em.fork(), viewerId);
      return viewer && createContext(options, viewer);
    },
    refuseOperation: (text, context) =>
      deps.settings.PERSISTED_OPERATIONS_ONLY ? refusalOfOperation(manifest, digestOf(text), context) : undefined,
    findRefused: (viewerIds) => findSuspended(orm.em.fork(), viewerIds),
    admitAddress: (request) => {
      if (!isAllowedOrigin(request.headers, deps.settings.CORS_ORIGINS)) throw forbidden('This origin is not allowed.');
      limits.anonymous(addressOfCaller(request, deps.settings.TRUSTED_PROXY_HOPS));
    },
    admitViewer: (viewerId) => limits.user(viewerId),
  });
  return {
    routes,
    async listen(port, host) {
      await app.listen({ port, host });
      return addressOf(app.server, host);
    },
    stop: async () => {
      state.draining = true;
      await sleep(deps.settings.DRAIN_SECONDS * 1_000);
      await webSocket.stop();
      await apollo.stop();
      await app.close();
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

interface ApolloParts {
  schema: GraphQLSchema;
  manifest: Manifest;
  server: Server;
  formatError: FormatError;
}

function createApollo(
  { deps }: ApiOptions,
  { schema, manifest, server, formatError }: ApolloParts,
): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    gateway: createGateway(schema),
    formatError,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: server }),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      refuseSubscriptions,
      accessFirst,
      noteOperation,
      outageStatus,
      ...(deps.settings.PERSISTED_OPERATIONS_ONLY ? [persistedOnly(manifest)] : []),
      ...(deps.settings.NODE_ENV === 'production' ? [introspectionForAdmins] : []),
    ],
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    parseOptions: { maxTokens: PARSER_TOKENS },
    validationRules: [...limitRules],
    validationOptions: { maxErrors: VALIDATION_ERRORS },
    persistedQueries: { cache: persistedQueries(manifest) },
    csrfPrevention: true,
  });
}
