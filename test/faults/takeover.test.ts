import { sql } from 'kysely';
import { ormOptions } from '../../mikro-orm.config.js';
import { ApifyEmulator } from '../../src/demo/apify-emulator.js';
import { workRound } from '../../src/earnings/settlement/round.service.js';
import { settleRound } from '../../src/earnings/settlement/settlement.service.js';
import { connectDatabase, database, type MikroORM } from '../../src/infra/database/database.js';
import { whileLocked } from '../../src/infra/database/session-lock.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { ApifyViewSource } from '../../src/platform/apify-view-source.js';
import { readRound } from '../../src/tracking/read.service.js';
import { takeRound } from '../../src/tracking/round-epoch.sql.js';
import { startRunOfCampaign } from '../../src/tracking/run.service.js';
import { TrackingRound } from '../../src/tracking/tracking-round.entity.js';
import { type Instance, startInstance } from '../support/instance.js';
import { expectLawsHold } from '../support/laws.js';
import { newApprovedClip, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
let other: MikroORM;
beforeEach(async () => {
  bed = await createTestbed({ workers: false, settings: { TRACKING_BATCH_SIZE: '2' } });
  other = await connectDatabase(ormOptions, { url: bed.database.url, poolSize: 4, log: createLogger('silent') });
});
afterEach(async () => {
  await other.close();
  await bed.stop();
});

async function newRound(clips: number): Promise<string> {
  const campaignId = await newCampaign(bed);
  for (let clip = 0; clip < clips; clip += 1) await newApprovedClip(bed, campaignId, 'clipper', [0, 3_000]);
  const run = await startRunOfCampaign(bed.database.orm.em.fork(), bed.deps, campaignId);
  return (await bed.database.orm.em.fork().findOneOrFail(TrackingRound, { runId: run.id })).id;
}

async function until<T>(look: () => Promise<T | undefined | false>, seconds: number): Promise<T> {
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen in time');
}

const work = (roundId: string) => ({ roundId, signal: new AbortController().signal, lastTry: true });
const status = async (id: string) =>
  (await bed.database.query<{ status: string }>('select status from tracking_round where id = $1', [id]))[0]?.status;
const cutLocks = () =>
  bed.database.query(
    `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database where l.locktype = 'advisory' and d.datname = current_database()`,
  );

test('T12 the lock of a round dies with its connection: the work stops, and whoever takes over buys nothing again', async () => {
  const slow = await ApifyEmulator.start({ runMs: 400, views: bed.emulator.views });
  const deps = { ...bed.deps, viewSource: new ApifyViewSource(bed.deps.settings, slow.url) };
  const roundId = await newRound(8);
  const first = workRound(bed.database.orm.em.fork(), deps, work(roundId));
  const ended = first.then(
    () => 'done',
    (error: Error) => error.name,
  );
  await until(async () => slow.runs.length === 2, 10);
  await cutLocks();
  expect(['RoundInterrupted', 'RoundTakenOver']).toContain(await ended);
  await until(() => workRound(other.em.fork(), deps, work(roundId)), 10);
  expect(await status(roundId)).toBe('SETTLED');
  expect(slow.runs).toHaveLength(4);
  await expectLawsHold(bed.database);
  await slow.stop();
});

test('T12 whoever was replaced writes nothing more: no start, no answer, no settlement', async () => {
  const roundId = await newRound(2);
  const em = () => bed.database.orm.em.fork();
  const old = (await takeRound(em(), roundId)) as number;
  expect(await takeRound(em(), roundId)).toBe(old + 1);
  const limits = { epoch: old, signal: new AbortController().signal, deadline: new Date(8e15) };
  const before = bed.emulator.runs.length;
  await expect(readRound(em(), bed.deps, roundId, limits)).rejects.toThrow('worked on by another instance');
  await expect(settleRound(em(), bed.deps, roundId, { epoch: old })).rejects.toThrow('worked on by another instance');
  expect(bed.emulator.runs).toHaveLength(before);
  expect(await status(roundId)).toBe('PENDING');
  expect(await readRound(em(), bed.deps, roundId, { ...limits, epoch: old + 1 })).toBe('READ');
  expect((await settleRound(em(), bed.deps, roundId, { epoch: old + 1 }))?.round.status).toBe('SETTLED');
  expect(await takeRound(em(), roundId)).toBeNull();
});

test('locks of one process: another holder of the same name is refused, and one connection holds them all', async () => {
  let inside: () => void = () => undefined;
  const isInside = new Promise<void>((resolve) => (inside = resolve));
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  const em = () => bed.database.orm.em.fork();
  const holding = whileLocked(em(), 'a', async () => {
    await whileLocked(em(), 'b', async () => {
      inside();
      await left;
    });
  });
  await isInside;
  expect(await whileLocked(em(), 'a', async () => undefined)).toBe(false);
  expect(await whileLocked(other.em.fork(), 'a', async () => undefined)).toBe(false);
  const { rows } = await sql<{ pid: number }>`
    select distinct l.pid from pg_locks l join pg_database d on d.oid = l.database
    where l.locktype = 'advisory' and d.datname = current_database()`.execute(database(em()));
  expect(rows).toHaveLength(1);
  leave();
  expect(await holding).toBe(true);
  expect(await whileLocked(other.em.fork(), 'a', async () => undefined)).toBe(true);
});

test('T12 an instance that goes silent (SIGSTOP) loses its round to another within a minute, and wakes without harm', async () => {
  const slow = await ApifyEmulator.start({ runMs: 3_000, views: bed.emulator.views });
  const instances: Instance[] = [await startInstance(bed.database.url, slow.url)];
  const roundId = await newRound(2);
  await until(async () => slow.runs.length === 1, 60);
  const [first] = instances as [Instance];
  first.child.kill('SIGSTOP');
  instances.push(await startInstance(bed.database.url, slow.url));
  try {
    await until(async () => (await status(roundId)) === 'SETTLED', 90);
    first.child.kill('SIGCONT');
    await until(async () => (await fetch(`${first.address}/readyz`)).status === 200, 60);
    await until(async () => first.lines.some((line) => /returned to the queue|taken over/.test(String(line.msg))), 60);
    expect(slow.runs).toHaveLength(1);
    await expectLawsHold(bed.database);
  } finally {
    for (const instance of instances) await instance.end('SIGKILL');
    await slow.stop();
  }
}, 300_000);
