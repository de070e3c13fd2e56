import type { FastifyInstance } from 'fastify';

/**
 * Registers GET /healthz (the process lives) and GET /readyz (it can answer; else 503 with the reason).
 * @param whyNotReady the reason; undefined when ready
 */
export function registerHealthRoutes(app: FastifyInstance, whyNotReady: () => Promise<string | undefined>): void {
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const problem = await whyNotReady();
    return reply.code(problem ? 503 : 200).send({ status: problem ?? 'ready' });
  });
}
