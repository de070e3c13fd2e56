import { spawn } from 'node:child_process';
import path from 'node:path';
import { workRound } from '../../src/earnings/settlement/round.service.js';
import { startRunOfCampaign } from '../../src/tracking/run.service.js';
import { TrackingRound } from '../../src/tracking/tracking-round.entity.js';
import { expectLawsHold } from '../support/laws.js';
import { newApprovedClip, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ workers: false });
});
afterAll(() => bed.stop());

const CHILD = path.join(import.meta.dirname, '..', 'support', 'round-child.mjs');

/** Works on a round in another process, which dies at the failpoint. */
function dieAt(roundId: string, failpoint: string): Promise<string | null> {
  const child = spawn(process.execPath, [CHILD, bed.database.url, bed.emulator.url, roundId], {
    env: { ...process.env, NODE_ENV: 'test', FAILPOINT: failpoint },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

async function newRound(): Promise<string> {
  const campaignId = await newCampaign(bed);
  for (let clip = 0; clip < 2; clip += 1) await newApprovedClip(bed, campaignId, 'clipper', [0, 3_000]);
  const run = await startRunOfCampaign(bed.database.orm.em.fork(), bed.deps, campaignId);
  return (await bed.database.orm.em.fork().findOneOrFail(TrackingRound, { runId: run.id })).id;
}

async function work(roundId: string): Promise<void> {
  const signal = new AbortController().signal;
  while (!(await workRound(bed.database.orm.em.fork(), bed.deps, { roundId, signal, lastTry: true })))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

const status = async (id: string) =>
  (await bed.database.query<{ status: string }>('select status from tracking_round where id = $1', [id]))[0]?.status;

test.each([
  ['429', { status: 429, type: 'rate-limit-exceeded' }],
  ['500', { status: 500 }],
  ['408', { status: 408, type: 'request-timeout' }],
])(
  'T12 a batch whose first start was answered with %s and whose second succeeded is not bought again after a kill',
  async (_name, fault) => {
    const roundId = await newRound();
    const before = bed.emulator.runs.length;
    bed.emulator.faults.push({ on: 'start', times: 1, ...fault });
    expect(await dieAt(roundId, 'after-answer')).toBe('SIGKILL');
    expect(bed.emulator.runs.length - before).toBe(1);
    await work(roundId);
    expect(bed.emulator.runs.length - before).toBe(1);
    expect(await status(roundId)).toBe('SETTLED');
    await expectLawsHold(bed.database);
  },
);

test('T12 a lost start reply: the run is recognised although the platform added defaults to its input', async () => {
  const roundId = await newRound();
  const before = bed.emulator.runs.length;
  expect(await dieAt(roundId, 'after-start')).toBe('SIGKILL');
  expect(Object.keys(bed.emulator.runs.at(-1)?.input as object)).toContain('excludePinnedPosts');
  await work(roundId);
  expect(bed.emulator.runs.length - before).toBe(1);
});

test('T12 a run that cannot be read for a while is asked for again, not bought again', async () => {
  const roundId = await newRound();
  const before = bed.emulator.runs.length;
  // The client repeats a read twice by itself.
  bed.emulator.faults.push({ on: 'items', times: 4, status: 500 });
  await work(roundId);
  bed.emulator.faults.length = 0;
  expect(bed.emulator.runs.length - before).toBe(1);
  expect(await status(roundId)).toBe('SETTLED');
});
