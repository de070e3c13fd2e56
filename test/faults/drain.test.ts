import { ApifyEmulator } from '../../src/demo/apify-emulator.js';
import { startInstance } from '../support/instance.js';
import { createTestDatabase } from '../support/test-database.js';

test('after SIGTERM an instance says "not ready" and serves for DRAIN_SECONDS, then it closes its door and ends', async () => {
  const database = await createTestDatabase();
  const source = await ApifyEmulator.start();
  const instance = await startInstance(database.url, source.url, { DRAIN_SECONDS: '4' });
  const ready = async () => {
    const response = await fetch(`${instance.address}/readyz`);
    return { status: response.status, body: await response.json() };
  };
  const query = async () =>
    (
      await fetch(`${instance.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ campaigns { totalCount } }"}',
      })
    ).json();
  expect((await ready()).status).toBe(200);
  const ended = instance.end('SIGTERM');
  let last = await ready();
  while (last.status === 200) last = await ready();
  expect(last).toEqual({ status: 503, body: { status: 'draining' } });
  expect(await query()).toEqual({ data: { campaigns: { totalCount: 0 } } });
  expect(instance.child.exitCode).toBeNull();
  await ended;
  expect(instance.child.exitCode).toBe(0);
  await expect(ready()).rejects.toThrow();
  await source.stop();
  await database.drop();
});
