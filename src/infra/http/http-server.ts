import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** The largest request body that is read. */
const BODY_LIMIT_BYTES = 200_000;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

/** A request cannot be read; the status says why. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A plain HTTP server: `METHOD /path` -> handler, "/path/*" for everything below.
 * @param onError told of what a handler threw and did not mean for clients
 */
export function createHttpServer(routes: Record<string, Handler>, onError: (error: unknown) => void): Server {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    void serve(routes, request, response).catch((error: unknown) => {
      if (!(error instanceof HttpError)) onError(error);
      if (response.headersSent) {
        response.destroy();
        return;
      }
      // What was not read of the body would be taken for the next request.
      response.setHeader('connection', 'close');
      request.resume();
      sendJson(response, error instanceof HttpError ? error.status : 500, {
        error: error instanceof HttpError ? error.message : 'Something went wrong on our side.',
      });
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  return server;
}

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

async function serve(
  routes: Record<string, Handler>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!URL.canParse(request.url ?? '/', 'http://localhost')) throw new HttpError(400, 'The address is not valid.');
  const url = new URL(request.url ?? '/', 'http://localhost');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const folder = url.pathname.slice(0, url.pathname.indexOf('/', 1) + 1);
  const handler = routes[`${method} ${url.pathname}`] ?? (folder ? routes[`${method} ${folder}*`] : undefined);
  if (handler) return handler(request, response, url);
  const known = Object.keys(routes).some((route) => route.endsWith(` ${url.pathname}`));
  throw new HttpError(known ? 405 : 404, known ? 'This method is not supported here.' : 'There is nothing here.');
}

/** Reads a JSON body. @throws HttpError 413 too large, 400 not JSON */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT_BYTES) throw new HttpError(413, `The body must be at most ${BODY_LIMIT_BYTES} bytes.`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new HttpError(400, 'The body must be JSON.');
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
