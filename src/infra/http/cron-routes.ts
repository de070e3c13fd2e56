import { isBearer } from '../security/bearer.js';
import { type Handler, HttpError, sendJson } from './http-server.js';

const PREFIX = '/cron/';

/**
 * The addresses of an outside scheduler: GET or POST /cron/<job> with the secret as bearer. Closed without one.
 * @param startJob answers null when there is no job of that name
 */
export function createCronRoutes(
  secret: string | undefined,
  startJob: (name: string) => Promise<{ runId: string | null } | null>,
): Record<string, Handler> {
  if (!secret) return {};
  const handler: Handler = async (request, response, url) => {
    if (!isBearer(request.headers.authorization, secret))
      throw new HttpError(401, 'Send "Authorization: Bearer <CRON_SECRET>".');
    const started = await startJob(url.pathname.slice(PREFIX.length));
    if (!started) throw new HttpError(404, 'There is no job of this name.');
    sendJson(response, 202, started);
  };
  return { [`GET ${PREFIX}*`]: handler, [`POST ${PREFIX}*`]: handler };
}
