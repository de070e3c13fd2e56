import { spawn } from 'node:child_process';
import path from 'node:path';
import { workRound } from '../../src/earnings/settlement/round.service.js';
import type { Failpoint } from '../../src/infra/failpoint.js';
import { startRunOfCampaign } from '../../src/tracking/run.service.js';
import { TrackingRound } from '../../src/tracking/tracking-round.entity.js';
import { expectLawsHold } from '../support/laws.js';
import { newApprovedClip, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { until } from '../support/until.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({
    workers: false,
    settings: { TRACKING_BATCH_SIZE: '2', TRACKING_SUSPECT_FACTOR: '1000000' },
  });
});
afterAll(() => bed.stop());

const CHILD = path.join(import.meta.dirname, '..', 'support', 'round-child.mjs');

/** Works on a round in another process; answers the signal that ended it. */
function workElsewhere(roundId: string, failpoint: string): Promise<string | null> {
  const child = spawn(process.execPath, [CHILD, bed.database.url, bed.emulator.url, roundId], {
    env: { ...process.env, NODE_ENV: 'test', FAILPOINT: failpoint, TRACKING_SUSPECT_FACTOR: '1000000' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

/** As soon as the database has noticed that whoever worked on it is dead. */
async function work(roundId: string): Promise<void> {
  const once = () =>
    workRound(bed.database.orm.em.fork(), bed.deps, { roundId, signal: new AbortController().signal, lastTry: true });
  await until('the round is worked on', once);
}

/** A campaign whose budget is filled by the second of two rounds, one clip missing at first. */
async function play(round: (roundId: string) => Promise<unknown>) {
  const id = await newCampaign(bed, { budget: '20.00' });
  const views = [
    [0, 1_000, 30_000],
    [0, 3_000, 9_000],
    [5, null, 2_005, 2_500],
    [0, 2_000, 2_000],
    [0, 500, 60_000],
  ];
  for (const answers of views) await newApprovedClip(bed, id, 'clipper', answers);
  const bought = bed.emulator.runs.length;
  for (let number = 0; number < 2; number += 1) {
    const run = await startRunOfCampaign(bed.database.orm.em.fork(), bed.deps, id);
    await round((await bed.database.orm.em.fork().findOneOrFail(TrackingRound, { runId: run.id })).id);
  }
  const ledger = await bed.database.query(
    `select dense_rank() over (order by k.id) as clip, v.views as reading, e.amount, e.cap, e.from_views, e.to_views from earning_entry e
     join clip k on k.id = e.clip_id left join view_tracking v on v.id = e.reading_id join campaign_event ev on ev.id = e.event_id where k.campaign_id = $1 order by ev.number, k.id`,
    [id],
  );
  const [campaign] = await bed.database.query('select status, recorded_spent from campaign where id = $1', [id]);
  const readings = await bed.database.query(
    'select v.outcome, v.views from view_tracking v join clip k on k.id = v.clip_id where k.campaign_id = $1 order by v.id',
    [id],
  );
  return { ledger, campaign, readings, bought: bed.emulator.runs.length - bought };
}

let undisturbed: Awaited<ReturnType<typeof play>>;
beforeAll(async () => {
  undisturbed = await play(work);
});

test('the undisturbed run fills the budget and ends the campaign', () => {
  expect(undisturbed.campaign).toEqual({ status: 'COMPLETED', recorded_spent: '20000000' });
  expect(undisturbed.ledger).toHaveLength(9);
});

const FAILPOINTS: Failpoint[] = [
  'before-start',
  'after-start',
  'after-run-stored',
  'after-answer',
  'before-settlement',
  'before-commit',
  'after-commit',
];

test.each(FAILPOINTS)(
  'T11 T12 kill -9 %s, in every round: the ledger equals that of an undisturbed run, and nothing is bought twice',
  async (failpoint) => {
    const disturbed = await play(async (roundId) => {
      expect(await workElsewhere(roundId, failpoint)).toBe('SIGKILL');
      await work(roundId);
    });
    expect(disturbed).toEqual(undisturbed);
    await expectLawsHold(bed.database);
  },
);
