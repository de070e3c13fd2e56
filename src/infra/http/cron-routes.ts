import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isBearer } from '../security/bearer.js';
import { HttpError, notHere } from './http-error.js';

/**
 * Registers the addresses of an outside scheduler: GET or POST /cron/<job> with the secret as bearer. Closed without
 * one.
 * @param startJob answers null when there is no job of that name
 */
export function registerCronRoutes(
  app: FastifyInstance,
  secret: string | undefined,
  startJob: (name: string) => Promise<{ runId: string | null } | null>,
): void {
  if (!secret) return;
  const handler = async (request: FastifyRequest<{ Params: { job: string } }>, reply: FastifyReply) => {
    if (!isBearer(request.headers.authorization, secret))
      throw new HttpError(401, 'Send "Authorization: Bearer <CRON_SECRET>".', 'UNAUTHENTICATED');
    const started = await startJob(request.params.job);
    if (!started) throw notHere('There is no job of this name.');
    return reply.code(202).send(started);
  };
  app.register(async (scope) => {
    // Schedulers send what they like; nothing of it is read.
    scope.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume();
      done(null);
    });
    scope.route({ method: ['GET', 'POST'], url: '/cron/:job', exposeHeadRoute: false, handler });
  });
}
