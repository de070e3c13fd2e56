import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { GraphQLFormattedError } from 'graphql';
import { DomainError, type ErrorCode, type ErrorDetails } from '../../shared/errors.js';

/** A request is refused before GraphQL reads it; the status says why. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly status: number,
    message: string,
    readonly code: ErrorCode = 'BAD_REQUEST',
  ) {
    super(message);
  }
}

/** There is nothing at this address for whoever asks. */
export const notHere = (message = 'There is nothing here.') => new HttpError(404, message, 'NOT_FOUND');

/** Statuses of errors that refuse a whole request. Inside an executed operation the status stays 200. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  UPSTREAM_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};
const BAD_REQUEST = 400;

/** An answer that holds one error and nothing else. */
export interface Refusal {
  status: number;
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
}

/** The answer to a client about an error that it may see; undefined for any other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof HttpError) {
    const { status, code, message } = error;
    return { status, code, message, details: {} };
  }
  if (error instanceof DomainError) {
    const { code, message, details } = error;
    return { status: STATUS[code] ?? BAD_REQUEST, code, message, details };
  }
  return undefined;
}

/** The one form of every error, as GraphQL has it. */
export function errorBody({ code, message, details }: Omit<Refusal, 'status'>): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code, ...details } }] };
}

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

/** The media type of an error: the one of the two that the client prefers, JSON when it does not say. */
export function errorMediaType(accept: string | undefined): string {
  const preferred = weightOf(accept, GRAPHQL_TYPE) > weightOf(accept, JSON_TYPE) ? GRAPHQL_TYPE : JSON_TYPE;
  return `${preferred}; charset=utf-8`;
}

/** Larger for the type that is preferred; of two with the same quality that is the one named first. */
function weightOf(accept: string | undefined, type: string): number {
  const ranges = (accept ?? '').toLowerCase().split(',');
  const at = ranges.findIndex((range) => range.split(';')[0]?.trim() === type);
  if (at === -1) return 0;
  const quality = Number(/;\s*q=([\d.]+)/.exec(ranges[at] ?? '')?.[1] ?? '1');
  return quality - at * PLACE_WEIGHT;
}

/** Less than the smallest difference between two qualities, for as many types as a header has room for. */
const PLACE_WEIGHT = 1e-7;

/** Statuses of what Node could not read as a request; any other reason is 400. */
const BROKEN: Record<string, [status: number, message: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers must be at most 16 kB.'],
};

/** Answers what is no HTTP request, or came too slowly, and closes the connection. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, message] = BROKEN[error.code ?? ''] ?? [BAD_REQUEST, 'The request cannot be read.'];
  const body = JSON.stringify(errorBody({ code: 'BAD_REQUEST', message, details: {} }));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
    `content-type: ${JSON_TYPE}; charset=utf-8`,
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  else socket.destroy();
}
