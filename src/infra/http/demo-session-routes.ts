import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../config.js';
import { HttpError, notHere } from './http-error.js';

/** The two people of the sample data. */
export type DemoPerson = 'admin' | 'clipper';

type DemoSettings = Pick<Settings, 'embedded' | 'DEMO_DATA' | 'NODE_ENV' | 'HOST'>;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Registers POST /demo-session, which gives a token of the sample data to a page of this very server on this very
 * machine. A page elsewhere is answered 404: its Origin is another, or (with a name that was made to lead here) its
 * Host is no loopback name.
 * @param tokenOf makes a token; the route exists only where there is one
 */
export function registerDemoSession(app: FastifyInstance, tokenOf: (person: DemoPerson) => Promise<string>): void {
  app.post<{ Body: { as?: unknown } | null }>('/demo-session', async (request, reply) => {
    if (!isOwnPage(request)) throw notHere();
    const person = request.body?.as;
    if (person !== 'admin' && person !== 'clipper')
      throw new HttpError(400, 'Send {"as":"admin"} or {"as":"clipper"}.');
    return reply.header('cache-control', 'no-store').send({ token: await tokenOf(person) });
  });
}

function isOwnPage({ headers }: FastifyRequest): boolean {
  const { host = '', origin = '' } = headers;
  if (!URL.canParse(`http://${host}`)) return false;
  const read = new URL(`http://${host}`);
  return LOOPBACK.has(read.hostname) && read.host === host && origin === `http://${host}`;
}

/** Whether the people of the sample data can be entered: on the embedded database, outside production, reached from this machine alone. */
export const offersDemoSessions = ({ embedded, DEMO_DATA, NODE_ENV, HOST }: DemoSettings): boolean =>
  embedded && DEMO_DATA && NODE_ENV !== 'production' && (LOOPBACK.has(HOST) || HOST === '::1');
