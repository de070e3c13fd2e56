import path from 'node:path';
import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import { type ApiOptions, type CallLimits, type ContextOptions, registerGraphql } from './api-http.js';
import type { RequestContext } from './infra/context.js';
import { isMigrated, type MikroORM } from './infra/database/database.js';
import { registerCronRoutes } from './infra/http/cron-routes.js';
import { registerHealthRoutes } from './infra/http/health-routes.js';
import { registerPlayground } from './infra/http/playground.js';
import { METRICS_TYPE, metricsText } from './infra/observability/metrics.js';
import { projectRoot } from './infra/project-root.js';
import { measureLaws } from './proof/consistency.service.js';

const OPERATIONS_FOLDER = path.join(projectRoot(), 'schema', 'operations');

/**
 * Registers every route of the product. A route that is not GraphQL has a `register...` function in a file `x-routes.ts` of the
 * room that it belongs to, is called here, and has its row in test/api/access-matrix.test.ts.
 */
export function registerRoutes(
  app: FastifyInstance,
  options: ApiOptions & ContextOptions,
  apollo: ApolloServer<RequestContext>,
  limits: CallLimits,
  state: { draining: boolean },
): void {
  const { orm, deps, queueIsHealthy, startJob } = options;
  const sendPage = deps.settings.PLAYGROUND ? registerPlayground(app, OPERATIONS_FOLDER) : undefined;
  registerGraphql(app, options, apollo, limits, sendPage);
  registerCronRoutes(app, deps.settings.CRON_SECRET, startJob);
  registerHealthRoutes(app, async () => (state.draining ? 'draining' : whyNotReady(orm, queueIsHealthy)));
  registerMetrics(app, orm);
}

/** Registers GET /metrics, what Prometheus reads. */
function registerMetrics(app: FastifyInstance, orm: MikroORM): void {
  app.get('/metrics', async (_request, reply) => {
    // Without a database there is still something to measure.
    await measureLaws(orm.em.fork()).catch(() => undefined);
    return reply.type(METRICS_TYPE).send(await metricsText());
  });
}

async function whyNotReady(orm: MikroORM, queueIsHealthy: () => boolean): Promise<string | undefined> {
  if (!queueIsHealthy()) return 'the queue is not running';
  try {
    return (await isMigrated(orm)) ? undefined : 'migrations are pending';
  } catch {
    return 'the database does not answer';
  }
}
