import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { StartTrackingRunDocument } from '../../schema/generated/graphql.js';
import { ADMIN, newApprovedClip, newCampaign } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { until } from '../support/until.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_BATCH_SIZE: '1' } });
});
afterAll(() => bed.stop());

const PROGRESS =
  'subscription ($id: ID!) { trackingRunProgress(id: $id) { status clipsPlanned clipsRead earningsAdded rounds { status } } }';
interface Event {
  data?: {
    trackingRunProgress: { status: string; clipsPlanned: number; clipsRead: number; earningsAdded: string };
  } | null;
  errors?: { message: string; extensions: { code: string } }[];
}

async function connect(caller: string | null) {
  return createClient({
    url: `${bed.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: caller === null ? {} : { Authorization: `Bearer ${await bed.token(caller)}` },
  });
}

async function follow(caller: string | null, query: string, variables: Record<string, unknown>): Promise<Event[]> {
  const client = await connect(caller);
  const events: Event[] = [];
  await new Promise<void>((resolve, reject) => {
    client.subscribe(
      { query, variables },
      {
        next: (event) => events.push(event as unknown as Event),
        error: (error) => {
          if (!Array.isArray(error)) return reject(error);
          events.push({ errors: error as never });
          resolve();
        },
        complete: resolve,
      },
    );
  });
  await client.dispose();
  return events;
}

test('a run is followed live to its end: clips read rise, the last event says what was earned, then the stream ends', async () => {
  const id = await newCampaign(bed);
  for (let index = 0; index < 4; index += 1) await newApprovedClip(bed, id, 'clipper', [0, 1_000]);
  const { startTrackingRun } = await bed.ask(StartTrackingRunDocument, { campaignId: id }, ADMIN);
  const events = await follow(ADMIN, PROGRESS, { id: startTrackingRun.id });
  const read = events.map((event) => event.data?.trackingRunProgress.clipsRead ?? -1);
  expect(read).toEqual(read.toSorted((one, other) => one - other));
  expect(events.length).toBeGreaterThanOrEqual(3);
  expect(events.at(-1)?.data?.trackingRunProgress).toMatchObject({
    status: 'SUCCEEDED',
    clipsPlanned: 4,
    clipsRead: 4,
    earningsAdded: '4.00',
  });
});

test('a run that has ended is told of once', async () => {
  const { startTrackingRun } = await bed.ask(StartTrackingRunDocument, {}, ADMIN);
  await until('the run ended', async () => {
    const [row] = await bed.database.query('select status from tracking_run where id = $1', [startTrackingRun.id]);
    return row?.status !== 'RUNNING';
  });
  expect(await follow(ADMIN, PROGRESS, { id: startTrackingRun.id })).toHaveLength(1);
});

test.each([
  ['a clipper', 'clipper', PROGRESS, 'FORBIDDEN'],
  ['an admin who asks for a run that is not there', ADMIN, PROGRESS, 'NOT_FOUND'],
  ['a query, which goes over HTTP', ADMIN, '{ settings { currency } }', 'BAD_USER_INPUT'],
  [
    'a mutation, behind a fragment',
    ADMIN,
    'fragment F on User { id } mutation { markNothing { id } }',
    'BAD_USER_INPUT',
  ],
  ['a document that is not valid', ADMIN, 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a document that is none', ADMIN, 'subscription {', 'GRAPHQL_PARSE_FAILED'],
])('over WebSocket %s is refused', async (_who, caller, query, code) => {
  const [event] = await follow(caller, query, { id: '01890a5d-ac96-774b-bcce-b302099a8057' });
  expect(event?.errors?.[0]?.extensions.code).toBe(code);
});

test('a socket without a good token is closed', async () => {
  await expect(follow(null, PROGRESS, { id: 'x' })).rejects.toMatchObject({ code: 4403 });
});

test('U1 the socket of a user who is suspended closes within 5 s', async () => {
  const client = await connect('admin2');
  const id = '01890a5d-ac96-774b-bcce-b302099a8058';
  await bed.database.query(
    "insert into tracking_run (id, trigger, status, started_at) values ($1, 'MANUAL', 'RUNNING', now())",
    [id],
  );
  const closed = new Promise<{ code: number }>((resolve) =>
    client.on('closed', (event) => resolve(event as { code: number })),
  );
  await new Promise<void>((resolve) => {
    client.subscribe(
      { query: PROGRESS, variables: { id } },
      { next: () => resolve(), error: () => undefined, complete: () => undefined },
    );
  });
  const started = performance.now();
  await bed.database.query('update "user" set suspended_at = now() where subject = $1', ['admin2']);
  expect((await closed).code).toBe(4403);
  // More than the 5 s of the law, so that a slow machine passes.
  expect(performance.now() - started).toBeLessThan(30_000);
  await client.dispose();
});
