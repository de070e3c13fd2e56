import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { CampaignResolver } from './campaign/campaign.resolver.js';
import { ClipperFiguresResolver } from './earnings/clipper-figures.resolver.js';
import { ClipEarningsResolver, EarningEntryResolver, EndingResolver } from './earnings/earnings.resolver.js';
import type { Deps, RequestContext, Viewer } from './infra/context.js';
import { isMigrated, type MikroORM } from './infra/database.js';
import { createFormatError } from './infra/format-error.js';
import { createHttpServer, type Handler, readJson, sendJson } from './infra/http-server.js';
import { createLoad } from './infra/loader.js';
import { createPlayground } from './infra/playground.js';
import { projectRoot } from './infra/project-root.js';
import { DateTime } from './infra/scalars.js';
import type { Authenticate } from './infra/token.js';
import { SettingsResolver } from './payout/settings.resolver.js';
import { ProbeResolver } from './platform/probe.resolver.js';
import { DomainError, type ErrorCode } from './shared/errors.js';
import { ClipResolver } from './submission/clip.resolver.js';
import {
  CampaignSubmissionsResolver,
  SubmissionResolver,
  UserSubmissionsResolver,
} from './submission/submission.resolver.js';
import { ClipReadingsResolver, TrackingRoundResolver, TrackingRunResolver } from './tracking/tracking.resolver.js';
import { AccessChecker } from './user/access.js';
import { UserResolver } from './user/user.resolver.js';
import { viewerOf } from './user/user.service.js';

const PARSER_TOKENS = 1_000;
const VALIDATION_ERRORS = 5;
const OPERATIONS_FOLDER = path.join(projectRoot(), 'schema', 'operations');
const STATUS: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403 };

/** The schema of all rooms: the list of their resolvers. */
export function createSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      SettingsResolver,
      UserResolver,
      ProbeResolver,
      CampaignResolver,
      SubmissionResolver,
      CampaignSubmissionsResolver,
      UserSubmissionsResolver,
      ClipResolver,
      TrackingRunResolver,
      TrackingRoundResolver,
      ClipReadingsResolver,
      ClipEarningsResolver,
      EarningEntryResolver,
      EndingResolver,
      ClipperFiguresResolver,
    ],
    authChecker: AccessChecker,
    scalarsMap: [{ type: Date, scalar: DateTime }],
    validate: false,
  });
}

export interface ApiOptions {
  orm: MikroORM;
  deps: Deps;
  authenticate: Authenticate;
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
export function createContext(orm: MikroORM, deps: Deps, viewer: Viewer | null): RequestContext {
  const context: RequestContext = { em: orm.em.fork(), deps, viewer, load: createLoad(() => context) };
  return context;
}

/** The API over HTTP: /graphql, the playground, /healthz and /readyz. */
export async function createApi({ orm, deps, authenticate, queueIsHealthy }: ApiOptions): Promise<Api> {
  const report = (error: unknown) => deps.log.error({ err: error }, 'request failed');
  const state = { draining: false };
  const playground = deps.settings.PLAYGROUND ? createPlayground(OPERATIONS_FOLDER) : undefined;
  const graphql: Handler = async (request, response, url) => {
    const viewer = await viewerOfRequest(request, orm, deps, authenticate, response);
    if (viewer === undefined) return;
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    const headers = new HeaderMap(
      Object.entries(request.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as [string, string]],
      ),
    );
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'POST', headers, search: url.search, body },
      context: async () => createContext(orm, deps, viewer),
    });
    await send(response, answer);
  };
  const server = createHttpServer(
    {
      'POST /graphql': graphql,
      'GET /graphql': (request, response, url) =>
        playground && request.headers.accept?.includes('text/html')
          ? playground.page(request, response)
          : graphql(request, response, url),
      ...(playground
        ? {
            'GET /ruru/*': playground.file,
            'GET /': (_request, response) => void response.writeHead(302, { location: '/graphql' }).end(),
          }
        : {}),
      'GET /healthz': (_request, response) => sendJson(response, 200, { status: 'alive' }),
      'GET /readyz': async (_request, response) => {
        const problem = state.draining ? 'draining' : await whyNotReady(orm, queueIsHealthy);
        sendJson(response, problem ? 503 : 200, { status: problem ?? 'ready' });
      },
    },
    report,
  );
  const apollo = new ApolloServer<RequestContext>({
    schema: createSchema(),
    formatError: createFormatError(report),
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: server }),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    introspection: deps.settings.NODE_ENV !== 'production',
    parseOptions: { maxTokens: PARSER_TOKENS },
    validationOptions: { maxErrors: VALIDATION_ERRORS },
    csrfPrevention: true,
  });
  await apollo.start();
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () =>
          resolve(`http://${host === '0.0.0.0' ? 'localhost' : host}:${(server.address() as AddressInfo).port}`),
        );
      }),
    stop: async () => {
      state.draining = true;
      await apollo.stop();
    },
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
