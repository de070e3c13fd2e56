import type { Settings } from '../config.js';
import { isBearer } from '../security/bearer.js';
import { HttpError, notHere } from './http-error.js';

/**
 * Lets in who may read /metrics: the bearer of METRICS_TOKEN; without that setting everybody, in production nobody.
 * @throws HttpError 401 another token or none, 404 closed
 */
export function requireMetricsAccess(
  { METRICS_TOKEN, NODE_ENV }: Pick<Settings, 'METRICS_TOKEN' | 'NODE_ENV'>,
  authorization: string | undefined,
): void {
  if (METRICS_TOKEN === undefined) {
    if (NODE_ENV === 'production') throw notHere('There is nothing here: in production METRICS_TOKEN opens /metrics.');
    return;
  }
  if (!isBearer(authorization, METRICS_TOKEN))
    throw new HttpError(401, 'Send "Authorization: Bearer <METRICS_TOKEN>".', 'UNAUTHENTICATED');
}
