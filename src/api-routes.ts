import path from 'node:path';
import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import { type ApiOptions, type CallLimits, type ContextOptions, registerGraphql } from './api-http.js';
import type { RequestContext } from './infra/context.js';
import type { DatabaseReadiness } from './infra/database/database-readiness.js';
import { registerConsole } from './infra/http/console-routes.js';
import { registerCronRoutes } from './infra/http/cron-routes.js';
import { registerDemoSession } from './infra/http/demo-session-routes.js';
import { registerHealthRoutes } from './infra/http/health-routes.js';
import { requireMetricsAccess } from './infra/http/metrics-access.js';
import { registerPlayground } from './infra/http/playground.js';
import { createReadiness } from './infra/http/readiness.js';
import { METRICS_TYPE, metricsText } from './infra/observability/metrics.js';
import { projectRoot } from './infra/project-root.js';
import { remembered } from './infra/remembered.js';
import { measureLaws } from './proof/consistency.service.js';

const OPERATIONS_FOLDER = path.join(projectRoot(), 'schema', 'operations');

const CONSOLE_FOLDER = path.join(projectRoot(), 'dist', 'console');

const METRICS_KEPT_MS = 1_000;

/**
 * Registers every route of the product. A route that is not GraphQL has a `register...` function in a file
 * `x-routes.ts` of the room that it belongs to, is called here, and has its row in test/api/access-matrix.test.ts.
 */
export function registerRoutes(
  app: FastifyInstance,
  options: ApiOptions & ContextOptions,
  apollo: ApolloServer<RequestContext>,
  limits: CallLimits,
  state: { draining: boolean; readiness: DatabaseReadiness },
): void {
  const { deps, queueIsHealthy, startJob } = options;
  const sendPage = deps.settings.PLAYGROUND ? registerPlayground(app, OPERATIONS_FOLDER) : undefined;
  registerGraphql(app, options, apollo, limits, sendPage);
  registerCronRoutes(app, deps.settings.CRON_SECRET, startJob);
  const whyNotReady = readinessOf(state.readiness, queueIsHealthy);
  registerHealthRoutes(app, async () => (state.draining ? 'draining' : whyNotReady()));
  registerMetrics(app, options);
  const { demoToken, provider } = options;
  const demo = demoToken !== undefined;
  if (demo) registerDemoSession(app, demoToken);
  const connectTo = async () => (provider ? provider.origins() : []);
  if (deps.settings.CONSOLE) registerConsole(app, { folder: CONSOLE_FOLDER, demo, connectTo });
}

/** Registers GET /metrics, what Prometheus reads, for the bearer of METRICS_TOKEN. */
function registerMetrics(app: FastifyInstance, { orm, deps }: Pick<ApiOptions, 'orm' | 'deps'>): void {
  const text = remembered(METRICS_KEPT_MS, async () => {
    // Without a database there is still something to measure.
    await measureLaws(orm.em.fork()).catch(() => undefined);
    return metricsText();
  });
  app.get('/metrics', async ({ headers }, reply) => {
    requireMetricsAccess(deps.settings, headers.authorization);
    return reply.type(METRICS_TYPE).send(await text());
  });
}

/** What an instance needs to serve; the first that fails is what /readyz says. */
function readinessOf(
  readiness: DatabaseReadiness,
  queueIsHealthy: () => Promise<boolean>,
): () => Promise<string | undefined> {
  return createReadiness([
    {
      problem: async () => ((await queueIsHealthy()) ? undefined : 'the queue is not running'),
      silent: 'the queue does not answer',
    },
    { problem: () => readiness.problem(), silent: 'the database does not answer' },
  ]);
}
