import compress from '@fastify/compress';
import cors from '@fastify/cors';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { outageError } from '../database/outage.rules.js';
import { newId } from '../identifier.js';
import { corsOptions } from './cors.js';
import { answerBrokenRequest, errorBody, errorMediaType, type Refusal, refusalOf } from './http-error.js';
import { parseJson } from './json-body.js';
import { note } from './request-record.js';

/** The largest request body that is read. */
const BODY_LIMIT_BYTES = 200_000;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How often connections are looked over for requests that have taken too long. */
const TIMEOUT_CHECK_MS = 5_000;
const KEEP_ALIVE_MS = 72_000;
const COMPRESSED_FROM_BYTES = 2_000;
/** An id that a proxy or a client has given the request. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;
const INVALID_MEDIA_TYPE = 415;
const BODY_TOO_LARGE = 413;

/** A route of the app, as it is registered. */
export interface RegisteredRoute {
  method: string;
  url: string;
}

export interface HttpAppOptions {
  /** Origins of web clients elsewhere; empty for none. */
  corsOrigins: readonly string[];
  /** Receives every error that is hidden from clients. */
  onError(error: unknown): void;
  /** Shorter limits for tests. */
  timeouts?: { requestMs: number; headersMs: number; checkMs: number };
}

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

/**
 * Makes the HTTP server: limits, security headers, request ids, CORS, compression and the one form of every error.
 * Routes are registered on it afterwards.
 * @returns the app, and the list of its routes, which grows as they are registered
 */
export async function createHttpApp(options: HttpAppOptions): Promise<{
  app: FastifyInstance;
  routes: RegisteredRoute[];
}> {
  const { requestMs, headersMs, checkMs } = options.timeouts ?? {
    requestMs: REQUEST_TIMEOUT_MS,
    headersMs: HEADERS_TIMEOUT_MS,
    checkMs: TIMEOUT_CHECK_MS,
  };
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: checkMs },
    genReqId: requestIdOf,
    // What comes on open connections while the server stops is still answered.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  });
  const routes: RegisteredRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push({ method: each, url });
  });
  const sendError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const outage = outageError(error);
    const refusal = refusalOf(outage ?? error) ?? refusalOfFramework(error);
    if (!refusal || outage) options.onError(error);
    return sendRefusal(refusal ?? UNKNOWN, request, reply);
  };
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) => sendRefusal(notFound(routes, request, reply), request, reply));
  readJsonAlone(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    done();
  });
  if (options.corsOrigins.length > 0) await app.register(cors, corsOptions(options.corsOrigins));
  await app.register(compress, {
    encodings: ['gzip'],
    threshold: COMPRESSED_FROM_BYTES,
    // Bodies are read as they are: what a compressed one would hold has no bound.
    globalDecompression: false,
  });
  return { app, routes };
}

const requestIdOf = ({ headers }: { headers: Record<string, string | string[] | undefined> }): string => {
  const given = String(headers['x-request-id'] ?? '');
  return REQUEST_ID.test(given) ? given : newId();
};

function readJsonAlone(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
}

const UNKNOWN: Refusal = {
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Something went wrong on our side.',
  details: {},
};

/** What Fastify refuses by itself: too large, of another media type, cut short. */
function refusalOfFramework(error: unknown): Refusal | undefined {
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  if (status === undefined || status >= 500) return undefined;
  const message =
    status === BODY_TOO_LARGE
      ? `The body must be at most ${BODY_LIMIT_BYTES} bytes.`
      : status === INVALID_MEDIA_TYPE
        ? 'The body must be sent as application/json.'
        : 'The request cannot be read.';
  return { status, code: 'BAD_REQUEST', message, details: {} };
}

/** 405 where the address is known under other methods, else 404. */
function notFound(routes: readonly RegisteredRoute[], request: FastifyRequest, reply: FastifyReply): Refusal {
  const path = request.url.split('?')[0] ?? '';
  const methods = routes
    .filter(({ url }) => url !== '*' && url !== '/*' && isRouteOf(url, path))
    .map(({ method }) => method);
  if (methods.length === 0) return { status: 404, code: 'NOT_FOUND', message: 'There is nothing here.', details: {} };
  const allowed = [...new Set(methods)].toSorted().join(', ');
  reply.header('allow', allowed);
  return { status: 405, code: 'BAD_REQUEST', message: `This address accepts ${allowed}.`, details: {} };
}

/** Whether a path is one of a route's: "/cron/:job" has "/cron/anything". */
function isRouteOf(route: string, path: string): boolean {
  const parts = path.split('/');
  const expected = route.split('/');
  return (
    parts.length === expected.length &&
    expected.every((part, index) => part === parts[index] || part === '*' || (part.startsWith(':') && parts[index]))
  );
}

function sendRefusal(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  note({ code: refusal.code });
  const { retryAfterSeconds } = refusal.details;
  if (retryAfterSeconds) reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(refusal.status)
    .type(errorMediaType(request.headers.accept))
    .send(JSON.stringify(errorBody(refusal)));
}
