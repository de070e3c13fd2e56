import { ApifyEmulator } from '../../src/demo/apify-emulator.js';
import { followDates } from '../../src/earnings/ending/campaign-dates.service.js';
import { Platform } from '../../src/platform/platform.js';
import { type Instance, startInstance } from '../support/instance.js';
import { expectLawsHold } from '../support/laws.js';
import { newApprovedClip, newCampaign } from '../support/play.js';
import { type SilentProxy, startSilentProxy } from '../support/silent-proxy.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

/** How long faults go on, in seconds: an hour by npm run chaos. */
const SECONDS = parseInt(process.env.CHAOS_SECONDS ?? '8', 10);
/** The same seed makes the same faults; when they strike depends on the machine. */
const SEED = parseInt(process.env.CHAOS_SEED ?? '1', 10);
const INSTANCES = 3;
const CAMPAIGNS = 4;
const CLIPS = 6;
/** After a fault has gone, an instance is ready within this. */
const READY_LIMIT_MS = 60_000;
/** What is unfinished when the last fault has gone is finished within this. */
const CALM_LIMIT_MS = 180_000;
const LONGEST_FREEZE_MS = Math.min(45_000, SECONDS * 250);

const START_MS = 200;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Numbers from 0 to 1 that follow from the seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** One instance, its own way to the database, and how it is. */
class Victim {
  #instance: Instance | undefined;
  /** Since when nothing is done to it and it has not been ready; null while something is or it is. */
  #waitingSince: number | null = null;
  longestWaitMs = 0;
  busy = false;

  private constructor(
    private readonly sourceUrl: string,
    readonly proxy: SilentProxy,
  ) {}

  static async start(databaseUrl: string, sourceUrl: string): Promise<Victim> {
    const victim = new Victim(sourceUrl, await startSilentProxy(databaseUrl));
    await victim.begin();
    return victim;
  }

  async begin(): Promise<void> {
    this.#instance = await startInstance(this.proxy.url, this.sourceUrl, {
      TRACKING_BATCH_SIZE: '2',
      TRACKING_RETRY_DELAY_MS: '100',
      APIFY_START_TIMEOUT_MS: '6000',
    });
  }

  async kill(): Promise<void> {
    await this.#instance?.end('SIGKILL');
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#instance?.child.kill(name);
  }

  /** Looks whether it is ready, unless something is being done to it. @throws it has ended by itself */
  async look(): Promise<void> {
    const instance = this.#instance;
    if (this.busy || !instance) {
      this.#waitingSince = null;
      return;
    }
    const { exitCode, signalCode } = instance.child;
    if (exitCode !== null || signalCode !== null) throw new Error(`an instance ended by itself with ${exitCode}`);
    this.#waitingSince ??= performance.now();
    const since = this.#waitingSince;
    const ready = await fetch(`${instance.address}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      (answer) => answer.status === 200,
      () => false,
    );
    if (this.busy) return;
    this.longestWaitMs = Math.max(this.longestWaitMs, performance.now() - since);
    if (ready) this.#waitingSince = null;
  }

  get ready(): boolean {
    return !this.busy && this.#waitingSince === null;
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.proxy.stop();
  }
}

type Fault = (victim: Victim, random: () => number) => Promise<void> | void;

const FAULTS: Record<string, Fault> = {
  async 'kill -9'(victim, random) {
    await victim.kill();
    await pause(random() * 3_000);
    await victim.begin();
  },
  async freeze(victim, random) {
    victim.signal('SIGSTOP');
    await pause(random() * LONGEST_FREEZE_MS);
    victim.signal('SIGCONT');
  },
  'cut connections': (victim) => victim.proxy.cut(),
  'silent connections': (victim) => victim.proxy.silence(),
};

/** Makes faults until the time is up; at most one at a time of an instance. */
async function torment(victims: Victim[], until: number): Promise<Record<string, number>> {
  const random = randomNumbers(SEED);
  const counts: Record<string, number> = {};
  const going: Promise<void>[] = [];
  while (performance.now() < until) {
    await pause(300 + random() * 2_500);
    const victim = victims[Math.floor(random() * victims.length)] as Victim;
    const [name, fault] = Object.entries(FAULTS)[Math.floor(random() * Object.keys(FAULTS).length)] as [string, Fault];
    if (victim.busy) continue;
    victim.busy = true;
    counts[name] = (counts[name] ?? 0) + 1;
    going.push(
      Promise.resolve(fault(victim, random)).finally(() => {
        victim.busy = false;
      }),
    );
  }
  await Promise.all(going);
  return counts;
}

/** Does something again and again until told to stop; answers what ends it early. */
async function again(state: { over: boolean }, everyMs: number, act: () => Promise<unknown>): Promise<void> {
  while (!state.over) {
    await act();
    await pause(everyMs);
  }
}

async function prepare(bed: Testbed): Promise<string[]> {
  const videoIds: string[] = [];
  const answers = Array.from({ length: 5_000 }, (_, ask) => ask * 10);
  for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1) {
    const id = await newCampaign(bed, { budget: '1000000.00' });
    for (let clip = 0; clip < CLIPS; clip += 1)
      videoIds.push((await newApprovedClip(bed, id, `clipper-${clip}`, answers)).videoId);
  }
  return videoIds;
}

async function settle(bed: Testbed, victims: Victim[]): Promise<void> {
  const end = performance.now() + CALM_LIMIT_MS;
  const unfinished = () => bed.database.query("select 1 from tracking_round where status in ('PENDING', 'READING')");
  while ((await unfinished()).length > 0 || !victims.every((victim) => victim.ready)) {
    if (performance.now() > end) throw new Error('rounds or instances did not recover after the last fault');
    await followDates(bed.database.orm.em.fork(), bed.deps);
    await pause(500);
  }
}

/** Clips that were asked for more often than they have readings, the baseline aside. */
async function boughtTwice(bed: Testbed, videoIds: string[]): Promise<Record<string, unknown>[]> {
  const rows = await bed.database.query<{ video_id: string; readings: number }>(
    'select s.video_id, count(v.id)::int as readings from clip_submission s join clip k on k.submission_id = s.id left join view_tracking v on v.clip_id = k.id group by 1',
  );
  const readingsOf = new Map(rows.map((row) => [row.video_id, row.readings]));
  return videoIds
    .map((videoId) => ({
      videoId,
      bought: bed.emulator.views.timesAsked(Platform.TIKTOK, videoId) - 1,
      readings: readingsOf.get(videoId) ?? 0,
    }))
    .filter(({ bought, readings }) => bought > readings);
}

test(
  'T11 T12 T13 kills, freezes and cut connections over three instances: nothing is bought twice, all laws hold, and each is ready again within a minute',
  async () => {
    const bed = await createTestbed({ workers: false });
    const videoIds = await prepare(bed);
    const source = await ApifyEmulator.start({ runMs: 300, views: bed.emulator.views });
    // A start takes its time, so that faults strike while it is on its way.
    source.faults.push({ on: 'start', times: Number.POSITIVE_INFINITY, delayMs: START_MS });
    const victims = await Promise.all(
      Array.from({ length: INSTANCES }, () => Victim.start(bed.database.url, source.url)),
    );
    const state = { over: false };
    try {
      const watching = Promise.all([
        ...victims.map((victim) => again(state, 500, () => victim.look())),
        again(state, 1_000, () => bed.send('mutation { startTrackingRun { id } }', {}, 'admin')),
      ]);
      const tormented = torment(victims, performance.now() + SECONDS * 1_000);
      const counts = await Promise.race([tormented, watching.then(() => tormented)]);
      await Promise.race([settle(bed, victims), watching]);
      state.over = true;
      await watching;
      await settle(bed, victims);
      const [{ rounds } = { rounds: 0 }] = await bed.database.query<{ rounds: number }>(
        "select count(*)::int as rounds from tracking_round where status = 'SETTLED'",
      );
      if (process.env.CHAOS_SECONDS) process.stdout.write(`${JSON.stringify({ seed: SEED, rounds, ...counts })}\n`);
      expect(await boughtTwice(bed, videoIds)).toEqual([]);
      await expectLawsHold(bed.database);
      expect(victims.filter((victim) => victim.longestWaitMs > READY_LIMIT_MS)).toEqual([]);
      expect(rounds).toBeGreaterThan(0);
    } finally {
      state.over = true;
      for (const victim of victims) await victim.stop();
      await source.stop();
      await bed.stop();
    }
  },
  (SECONDS + 600) * 1_000,
);
