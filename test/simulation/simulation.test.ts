import fc from 'fast-check';
import type { Fault } from '../../src/demo/apify-emulator.js';
import { followDates } from '../../src/earnings/ending/campaign-dates.service.js';
import { workRound } from '../../src/earnings/settlement/round.service.js';
import { startRun } from '../../src/tracking/run.service.js';
import { RunTrigger } from '../../src/tracking/tracking.enums.js';
import { expectLawsHold } from '../support/laws.js';
import { recomputeEarnings } from '../support/ledger-oracle.js';
import { ADMIN, newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

/** Longer: npm run simulate -- (SIMULATION_RUNS=200 SIMULATION_SEED=n to play one again). */
const RUNS = Number(process.env.SIMULATION_RUNS ?? 6);
const SEED = process.env.SIMULATION_SEED === undefined ? undefined : Number(process.env.SIMULATION_SEED);

const OPEN = 'CONFLICT NOT_FOUND FORBIDDEN BAD_USER_INPUT UPSTREAM_UNAVAILABLE';

interface World {
  bed: Testbed;
  campaigns: string[];
  submissions: string[];
}

type Step = (world: World) => Promise<unknown>;

const pick = <T>(list: T[], at: number): T | undefined => list[at % Math.max(list.length, 1)];
const index = fc.nat({ max: 1_000 });

/** Sends what may be refused, but only with a reason of the contract. */
async function attempt(
  bed: Testbed,
  query: string,
  caller = ADMIN,
): Promise<Record<string, { id: string }> | undefined> {
  const { data, errors } = await bed.send<Record<string, { id: string }>, object>(query, {}, caller);
  const code = errors?.[0]?.extensions.code;
  if (code && !OPEN.includes(code)) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  return code ? undefined : (data ?? undefined);
}

const money = (micros: number) => `${Math.floor(micros / 100)}.${String(micros % 100).padStart(2, '0')}`;

const counts = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 40_000 }) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant('REMOVED' as const) },
  ),
  { minLength: 3, maxLength: 8 },
);

const submit = fc.tuple(index, index, counts).map(([campaign, clipper, answers]): [string, Step] => [
  `submit ${JSON.stringify(answers)}`,
  async ({ bed, campaigns, submissions }) => {
    const { url } = newClip(bed, [0, ...answers]);
    const made = await attempt(
      bed,
      `mutation { submitClip(input: { campaignId: "${pick(campaigns, campaign)}", url: "${url}" }) { id } }`,
      `clipper-${clipper % 4}`,
    );
    if (!made?.submitClip) return;
    submissions.push(made.submitClip.id);
    if (clipper % 5 !== 0) await attempt(bed, `mutation { approveSubmission(id: "${made.submitClip.id}") { id } }`);
  },
]);

const review = fc
  .tuple(fc.constantFrom('approveSubmission', 'reopenSubmission', 'rejectSubmission', 'revokeSubmission'), index)
  .map(([name, at]): [string, Step] => [
    `${name} ${at}`,
    ({ bed, submissions }) =>
      attempt(
        bed,
        `mutation { ${name}(id: "${pick(submissions, at)}"${name.startsWith('re') && name !== 'reopenSubmission' ? ', input: { reason: OTHER }' : ''}) { id } }`,
      ),
  ]);

const administer = fc
  .tuple(fc.constantFrom('pauseCampaign', 'resumeCampaign', 'resumeCampaign', 'completeCampaign'), index)
  .map(([name, at]): [string, Step] => [
    `${name} ${at}`,
    // Completing is rare, or nothing would be left to do.
    ({ bed, campaigns }) =>
      name === 'completeCampaign' && at % 6
        ? Promise.resolve()
        : attempt(bed, `mutation { ${name}(id: "${pick(campaigns, at)}") { id } }`),
  ]);

const edit = fc
  .tuple(
    index,
    fc.integer({ min: 100, max: 9_000 }),
    fc.integer({ min: 1, max: 500 }),
    fc.option(fc.integer({ min: 50, max: 3_000 })),
    fc.nat({ max: 2_000 }),
  )
  .map(([at, budget, cpm, maximum, minViews]): [string, Step] => [
    `edit ${at} ${budget}`,
    ({ bed, campaigns }) =>
      attempt(
        bed,
        `mutation { updateCampaign(id: "${pick(campaigns, at)}", input: { budget: "${money(budget)}", cpm: "${money(cpm)}", minViews: ${minViews}, maxEarningsPerClip: ${maximum === null ? 'null' : `"${money(maximum)}"`} }) { id } }`,
      ),
  ]);

const faults = fc.constantFrom<Omit<Fault, 'times'>>(
  { on: 'start', status: 500 },
  { on: 'start', drop: 'after' },
  { on: 'start', runStatus: 'FAILED', items: () => [] },
  { on: 'items', items: (items) => items.slice(1) },
  { on: 'items', items: (items) => items.toReversed() },
  { on: 'items', items: (items) => [...items, ...items] },
);
const breakSource = fc.tuple(faults, fc.integer({ min: 1, max: 4 })).map(([fault, times]): [string, Step] => [
  `source ${JSON.stringify(fault)} x${times}`,
  async ({ bed }) => {
    bed.emulator.faults.push({ ...fault, times });
  },
]);

/** Plans a run and lets several instances work on its rounds at once, some of which stop half way. */
const run = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([workers, crash]): [string, Step] => [
  `run with ${workers} workers${crash ? ', one stops half way' : ''}`,
  async ({ bed }) => {
    const { orm } = bed.database;
    await startRun(orm.em.fork(), bed.deps, RunTrigger.MANUAL);
    const rounds = await bed.database.query<{ id: string }>(
      "select id from tracking_round where status in ('PENDING', 'READING') order by id",
    );
    const work = (roundId: string, signal: AbortSignal) =>
      workRound(orm.em.fork(), bed.deps, { roundId, signal, lastTry: false }).catch((error: Error) => {
        if (error.name !== 'RoundInterrupted') throw error;
      });
    if (crash) await Promise.all(rounds.map(({ id }, at) => work(id, AbortSignal.timeout(5 + 15 * at))));
    await Promise.all(
      rounds.flatMap(({ id }) => Array.from({ length: workers }, () => work(id, new AbortController().signal))),
    );
  },
]);

const wait = fc.integer({ min: 1, max: 30 }).map((hours): [string, Step] => [
  `wait ${hours} h`,
  async ({ bed }) => {
    bed.clock.advance(hours * 3_600_000);
    await followDates(bed.database.orm.em.fork(), bed.deps);
  },
]);

const single = fc.oneof(
  { weight: 4, arbitrary: submit },
  { weight: 4, arbitrary: run },
  { weight: 2, arbitrary: review },
  { weight: 1, arbitrary: administer },
  { weight: 2, arbitrary: edit },
  { weight: 2, arbitrary: breakSource },
  { weight: 1, arbitrary: wait },
);
/** Things that happen one after the other, or all at once. */
const step = fc.oneof(
  { weight: 3, arbitrary: single },
  {
    weight: 1,
    arbitrary: fc
      .array(single, { minLength: 2, maxLength: 4 })
      .map((steps): [string, Step] => [
        `at once: ${steps.map(([name]) => name).join(' | ')}`,
        (world) => Promise.all(steps.map(([, act]) => act(world))),
      ]),
  },
);

async function expectOracleAgrees(bed: Testbed): Promise<void> {
  const expected = await recomputeEarnings(bed.database);
  const clips = await bed.database.query<{ id: string; earnings: string }>('select id, earnings from clip order by id');
  expect(clips.map((clip) => [clip.id, clip.earnings])).toEqual(
    clips.map((clip) => [clip.id, String(expected.get(clip.id))]),
  );
}

test(`random operations, source faults and interrupted instances: every law holds after each step, and the oracle agrees to the micro (${RUNS} histories)`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const bed = await createTestbed({
        workers: false,
        settings: { TRACKING_BATCH_SIZE: '2', TRACKING_RETRY_DELAY_MS: '1', TRACKING_MAX_FAILURES: '3' },
      });
      try {
        const world: World = {
          bed,
          campaigns: [
            await newCampaign(bed, { budget: '60.00' }),
            await newCampaign(bed, {
              budget: '25.00',
              cpm: '2.50',
              endsAt: new Date(Date.now() + 48 * 3_600_000).toISOString(),
            }),
          ],
          submissions: [],
        };
        for (const [, act] of steps) {
          await act(world);
          await expectLawsHold(bed.database);
        }
        await expectOracleAgrees(bed);
      } finally {
        await bed.stop();
      }
    }),
    // A failure prints the seed and the path: SIMULATION_SEED plays it again.
    { numRuns: RUNS, seed: SEED, endOnFailure: true, interruptAfterTimeLimit: 3_600_000 },
  );
}, 3_600_000);
