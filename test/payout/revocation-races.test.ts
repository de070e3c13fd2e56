import pg from 'pg';
import {
  CompleteCampaignDocument,
  RequestPayoutDocument,
  RevokeSubmissionDocument,
} from '../../schema/generated/graphql.js';
import { expectLawsHold } from '../support/laws.js';
import { moveEnd } from '../support/move-end.js';
import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
let holder: pg.Client;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000', PAYOUT_HOLD_DAYS: '7' },
    queueForLocks: true,
  });
  holder = new pg.Client(bed.database.url);
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await bed.stop();
});

const ENDED_AT = new Date('2020-01-01T00:00:00.000Z');

/** An ended campaign in which a clipper earned 40.00 with one clip, not available for long. */
async function ended(clipper: string): Promise<{ campaignId: string; submissionId: string }> {
  const campaignId = await newCampaign(bed, { budget: '1000.00' });
  const { submissionId } = await newApprovedClip(bed, campaignId, clipper, [0, 40_000]);
  await track(bed, campaignId);
  await bed.ask(CompleteCampaignDocument, { id: campaignId }, ADMIN);
  return { campaignId, submissionId };
}

/** The same, available a while from now. */
async function maturing(clipper: string, leadMs: number): Promise<{ submissionId: string; availableAt: Date }> {
  const { campaignId, submissionId } = await ended(clipper);
  const availableAt = new Date(Date.now() + leadMs);
  await moveEnd(bed.database, campaignId, { endedAt: ENDED_AT, availableAt });
  return { submissionId, availableAt };
}

const codeOf = ({ errors }: { errors?: { extensions: { code: string } }[] }) => errors?.[0]?.extensions.code ?? 'ok';
const request = async (clipper: string) => {
  const input = { amount: '40.00', method: 'PAYPAL' as const, details: 'me@example.com' };
  return codeOf(await bed.send(RequestPayoutDocument, { input }, clipper));
};
const revoke = async (id: string) =>
  codeOf(await bed.send(RevokeSubmissionDocument, { id, input: { reason: 'OTHER' } }, ADMIN));

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 4_000; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not come`);
}
/** How many connections of this database wait for a lock. */
async function waiters(): Promise<number> {
  const rows = await bed.database.query(
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows.length;
}
const waiting = (count: number) => until(`${count} waiting`, async () => (await waiters()) >= count);
async function hasPassed(instant: Date): Promise<boolean> {
  const [row] = await bed.database.query<{ passed: boolean }>('select clock_timestamp() >= $1 as passed', [instant]);
  return row?.passed ?? false;
}
/** Until the database's clock has passed an instant. */
const passed = (instant: Date) => until(instant.toISOString(), () => hasPassed(instant));
/** Takes a lock in a transaction of its own, and gives it back afterwards. */
async function whileHeld<T>(lock: string, values: unknown[], work: () => Promise<T>, after: () => Promise<void>) {
  await holder.query('begin');
  await holder.query(lock, values);
  const going = work();
  await after().finally(() => holder.query('commit'));
  return going;
}
const clipperRow = 'select 1 from "user" where subject = $1 for update';

test('L1 S6 a revocation that waited past the instant of availability is refused: it reads the clock after its last lock', async () => {
  const { submissionId, availableAt } = await maturing('late', 3_000);
  const outcome = await whileHeld(
    clipperRow,
    ['late'],
    () => revoke(submissionId),
    async () => {
      await waiting(1);
      await passed(availableAt);
    },
  );
  expect(outcome).toBe('CONFLICT');
  expect(await request('late')).toBe('ok');
  await expectLawsHold(bed.database);
});

/** A revocation that decides before the instant and commits after it, with a request in between; null where it came too late. */
async function decidedBefore(clipper: string, leadMs: number): Promise<string[] | null> {
  const { submissionId, availableAt } = await maturing(clipper, leadMs);
  let requested: Promise<string> | undefined;
  let done = false;
  // The revocation has decided when it writes its entry: it holds the clipper's row, and the request waits for that.
  const revoked = await whileHeld(
    'lock table earning_entry in share mode',
    [],
    () =>
      revoke(submissionId).finally(() => {
        done = true;
      }),
    async () => {
      await until('the revocation', async () => done || (await waiters()) >= 1);
      if (done || (await hasPassed(availableAt))) return;
      await passed(availableAt);
      requested = request(clipper);
      await waiting(2);
    },
  );
  return requested ? [revoked, await requested] : null;
}

test('L1 B3 a revocation that decided before the instant, and commits after it, leaves nothing to a request in between', async () => {
  let outcomes: string[] | null = null;
  // On a busy machine the revocation may need longer to get so far.
  for (const leadMs of [3_000, 12_000, 48_000]) outcomes ??= await decidedBefore(`first-${leadMs}`, leadMs);
  expect(outcomes).toEqual(['ok', 'INSUFFICIENT_BALANCE']);
  await expectLawsHold(bed.database);
}, 180_000);

test('L1 B3 a request that decided at the instant, and commits after a revocation was asked for, is covered', async () => {
  const { submissionId, availableAt } = await maturing('second', 0);
  await passed(availableAt);
  let revoked: Promise<string> | undefined;
  const requested = await whileHeld(
    'lock table payout_request in share mode',
    [],
    () => request('second'),
    async () => {
      await waiting(1);
      revoked = revoke(submissionId);
      await waiting(2);
    },
  );
  expect([requested, await revoked]).toEqual(['ok', 'CONFLICT']);
  await expectLawsHold(bed.database);
});

test('L1 B3 a request that waited past the instant is covered; one that did not wait is refused', async () => {
  const { campaignId } = await ended('patient');
  expect(await request('patient')).toBe('INSUFFICIENT_BALANCE');
  const availableAt = new Date(Date.now() + 3_000);
  await moveEnd(bed.database, campaignId, { endedAt: ENDED_AT, availableAt });
  const outcome = await whileHeld(
    clipperRow,
    ['patient'],
    () => request('patient'),
    async () => {
      await waiting(1);
      await passed(availableAt);
    },
  );
  expect(outcome).toBe('ok');
  await expectLawsHold(bed.database);
});

test('B3 S6 twelve clippers whose earnings become available while requests and revocations arrive: never overdrawn', async () => {
  const clippers = Array.from({ length: 12 }, (_, index) => `crowd-${index}`);
  const races: Awaited<ReturnType<typeof ended>>[] = [];
  for (const clipper of clippers) races.push(await ended(clipper));
  const availableAt = new Date(Date.now() + 1_000);
  for (const { campaignId } of races) await moveEnd(bed.database, campaignId, { endedAt: ENDED_AT, availableAt });
  const outcomes = await Promise.all(
    clippers.map((clipper, index) => Promise.all([revoke(races[index]?.submissionId ?? ''), request(clipper)])),
  );
  expect(outcomes.filter(([revoked, asked]) => revoked === 'ok' && asked === 'ok')).toEqual([]);
  await expectLawsHold(bed.database);
});
