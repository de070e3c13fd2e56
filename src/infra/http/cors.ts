import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyCorsOptions } from '@fastify/cors';
import { ANY_ORIGIN } from '../setting-kinds.js';

const PREFLIGHT_KEPT_SECONDS = 7_200;

/** What browsers on other origins may send and read. A token travels in a header, so no cookies are let through. */
export function corsOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: origins.includes(ANY_ORIGIN) ? ANY_ORIGIN : [...origins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'apollo-require-preflight', 'x-request-id'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: PREFLIGHT_KEPT_SECONDS,
    strictPreflight: false,
  };
}

/** Whether a WebSocket may be opened: by a program, by a page of this server, or by a page of an allowed origin. */
export function isAllowedOrigin({ origin, host }: IncomingHttpHeaders, origins: readonly string[]): boolean {
  if (origin === undefined || origins.includes(ANY_ORIGIN) || origins.includes(origin.toLowerCase())) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
