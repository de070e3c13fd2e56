import type { RequestContext } from '../infra/context.js';
import { takeRate } from '../infra/security/rate-bucket.sql.js';
import { signedIn } from './access.js';

/** An expensive operation gets a tenth of a user's calls. */
const PART = 10;

/**
 * Counts a call of an operation that costs more than others, over all instances.
 * @throws UNAUTHENTICATED, RATE_LIMITED
 */
export async function limitRate(context: RequestContext, operation: string): Promise<void> {
  const perMinute = Math.trunc(context.deps.settings.RATE_LIMIT_PER_MINUTE / PART);
  await takeRate(context.em, signedIn(context).id, operation, perMinute);
}
