import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { ormOptions } from '../../mikro-orm.config.js';
import { ApifyEmulator } from '../../src/demo/apify-emulator.js';
import { followDates } from '../../src/earnings/ending/campaign-dates.service.js';
import { connectDatabase, type MikroORM, migrate } from '../../src/infra/database/database.js';
import { startEmbeddedPostgres } from '../../src/infra/embedded-postgres/embedded-postgres.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { signToken } from '../../src/infra/security/token.js';
import { checkLaws } from '../../src/proof/laws.js';
import { startInstance } from '../support/instance.js';
import { expectLawsHold } from '../support/laws.js';
import { newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, TEST_SECRET, testSettings } from '../support/testbed.js';
import { until } from '../support/until.js';

test('connections cut while rounds settle: each clip is credited once, and the pool is back at once', async () => {
  await using bed = await createTestbed();
  const ids = [];
  for (let index = 0; index < 3; index += 1) {
    const id = await newCampaign(bed);
    for (let clip = 0; clip < 4; clip += 1) await newApprovedClip(bed, id, 'clipper', [0, 2_000]);
    ids.push(id);
  }
  const cutter = setInterval(() => {
    void bed.database
      .query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query not ilike 'listen%'",
      )
      .catch(() => undefined);
  }, 150);
  await bed.send('mutation { startTrackingRun { id } }', {}, 'admin').catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  clearInterval(cutter);
  // A minute of the calendar, as often as it takes: it gives a new job to rounds whose job was given up meanwhile.
  const unfinished = () => bed.database.query("select 1 from tracking_round where status in ('PENDING', 'READING')");
  for (
    bed.clock.advance(5_000);
    (await unfinished()).length > 0;
    await new Promise((resolve) => setTimeout(resolve, 500))
  )
    await followDates(bed.database.orm.em.fork(), bed.deps);
  for (const id of ids) await track(bed, id);
  const rows = await bed.database.query('select earnings, count(*)::int as clips from clip group by 1');
  expect(rows).toEqual([{ earnings: '2000000', clips: 12 }]);
  await expectLawsHold(bed.database);
});

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });

test('PostgreSQL restarted under the running product: clients get typed errors, it comes back, and the round goes on', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clipledger-restart-'));
  const port = String(await freePort());
  const serverSettings = { port, fsync: 'off' };
  let postgres = await startEmbeddedPostgres({ directory, serverSettings });
  // The launcher chooses a port of its own unless one is set; the address follows the setting here.
  const url = new URL(postgres.url);
  url.port = port;
  const log = createLogger('silent');
  const orm: MikroORM = await connectDatabase(ormOptions, { url: url.href, poolSize: 2, log });
  await migrate(orm, url.href);
  const source = await ApifyEmulator.start({ runMs: 4_000 });
  source.views.script('TIKTOK' as never, '7300000000000000001', [0, 5_000]);
  const instance = await startInstance(url.href, source.url, { DATA_DIR: directory });
  const token = await signToken(TEST_SECRET, testSettings(), { subject: 'admin', email: 'admin@example.com' });
  const other = await signToken(TEST_SECRET, testSettings(), { subject: 'clipper', email: 'clipper@example.com' });
  const ask = async (query: string, bearer = token) =>
    (await (
      await fetch(`${instance.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: JSON.stringify({ query }),
      })
    ).json()) as {
      data?: Record<string, { id: string; spent?: string }>;
      errors?: { extensions: { code: string } }[];
    };
  const id = (
    await ask('mutation { createCampaign(input: { title: "x", budget: "100", cpm: "1", platforms: [TIKTOK] }) { id } }')
  ).data?.createCampaign?.id;
  await ask(`mutation { publishCampaign(id: "${id}") { id } }`);
  const submission = (
    await ask(
      `mutation { submitClip(input: { campaignId: "${id}", url: "https://www.tiktok.com/@u/video/7300000000000000001" }) { id } }`,
      other,
    )
  ).data?.submitClip?.id;
  await ask(`mutation { approveSubmission(id: "${submission}") { id } }`);
  await ask(`mutation { startTrackingRun(campaignId: "${id}") { id } }`);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await postgres.stop();
  for (const query of ['{ me { id } }', '{ campaigns { totalCount } }']) {
    for (const authorization of [`Bearer ${token}`, '']) {
      const down = await fetch(`${instance.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body: JSON.stringify({ query }),
      });
      const text = await down.text();
      expect(text).not.toMatch(/ECONNREFUSED|select|stack/i);
      // Who is not signed in is told so without the database.
      if (!authorization && query.includes('me')) continue;
      expect([down.status, JSON.parse(text).errors[0].extensions]).toEqual([503, { code: 'UPSTREAM_UNAVAILABLE' }]);
    }
  }
  expect((await fetch(`${instance.address}/healthz`)).status).toBe(200);
  expect((await fetch(`${instance.address}/readyz`)).status).toBe(503);
  postgres = await startEmbeddedPostgres({ directory, serverSettings });
  await until('it is ready again', async () => (await fetch(`${instance.address}/readyz`)).status === 200);
  await until(
    'the round is settled',
    async () => (await ask(`{ campaign(id: "${id}") { id spent } }`)).data?.campaign?.spent === '5.00',
  );
  expect((await checkLaws(orm.em)).filter((law) => law.violations > 0)).toEqual([]);
  expect(source.runs).toHaveLength(2);
  const outages = instance.lines.filter((line) => line.msg === 'the database does not answer');
  const causes = outages.map((line) => line.cause);
  expect(causes.length).toBeGreaterThan(0);
  expect(causes.filter((cause) => cause === 'ECONNREFUSED').length).toBeLessThanOrEqual(2);
  const stacks = instance.lines.filter((line) => /ECONNREFUSED|terminat/.test(JSON.stringify(line.err ?? {})));
  expect(stacks.filter((line) => (line.err as { stack?: string }).stack)).toEqual([]);
  await instance.end('SIGTERM');
  await orm.close();
  await source.stop();
  await postgres.stop();
  fs.rmSync(directory, { recursive: true, force: true });
});
