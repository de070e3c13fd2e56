import { requireMetricsAccess } from '../../src/infra/http/metrics-access.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const METRICS_TOKEN = 'a token for metrics, long enough';
let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { METRICS_TOKEN } });
});
afterAll(() => bed.stop());

test.each([
  ['no token', undefined, 401],
  ['another token', `Bearer ${METRICS_TOKEN}x`, 401],
  ['the token without "Bearer"', METRICS_TOKEN, 401],
  ['the token', `Bearer ${METRICS_TOKEN}`, 200],
])('/metrics with %s', async (_title, authorization, status) => {
  const headers: Record<string, string> = authorization ? { authorization } : {};
  const response = await fetch(`${bed.address}/metrics`, { headers });
  expect(response.status).toBe(status);
  expect((await response.text()).includes('clipledger_requests_total')).toBe(status === 200);
});

test('without METRICS_TOKEN /metrics is open, in production closed', () => {
  const access = (NODE_ENV: 'development' | 'production') => () =>
    requireMetricsAccess({ NODE_ENV, METRICS_TOKEN: undefined }, 'Bearer undefined');
  expect(access('development')).not.toThrow();
  expect(access('production')).toThrow(expect.objectContaining({ status: 404 }));
});
