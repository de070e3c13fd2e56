import { RequestPayoutDocument, SubmitClipDocument } from '../../schema/generated/graphql.js';
import { addressOfCaller } from '../../src/infra/http/caller-address.js';
import { takeRate } from '../../src/infra/security/rate-bucket.sql.js';
import { RateLimit } from '../../src/infra/security/rate-limit.js';
import { newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
let campaignId: string;
beforeAll(async () => {
  bed = await createTestbed({ settings: { RATE_LIMIT_PER_MINUTE: '50' } });
  campaignId = await newCampaign(bed);
});
afterAll(() => bed.stop());

const codeAt = (work: () => void) => {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error as { code: string; details: { retryAfterSeconds: number } };
  }
};

test('a caller has a minute’s calls at once, then one whenever it has refilled; others are not touched', () => {
  let now = 0;
  const limit = new RateLimit(() => now);
  const take = (caller: string) => codeAt(() => limit.take(caller, 60));
  for (let call = 0; call < 60; call += 1) expect(take('a')).toBe('ok');
  expect(take('a')).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 1 } });
  expect(take('b')).toBe('ok');
  now = 1_000;
  expect(take('a')).toBe('ok');
  expect(take('a')).toMatchObject({ code: 'RATE_LIMITED' });
  now = 120_000;
  for (let call = 0; call < 60; call += 1) expect(take('a')).toBe('ok');
});

test('memory is bounded: callers without end forget the one that was idle longest', () => {
  const limit = new RateLimit(() => 0);
  for (let caller = 0; caller < 120_000; caller += 1) limit.take(`address ${caller}`, 1);
  expect(codeAt(() => limit.take('address 0', 1))).toBe('ok');
  expect(codeAt(() => limit.take('address 119999', 1))).toMatchObject({ code: 'RATE_LIMITED' });
});

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded ? { 'x-forwarded-for': forwarded } : {} }) as never;
test.each([
  ['1.2.3.4', undefined, 0, '1.2.3.4'],
  ['1.2.3.4', '6.6.6.6', 0, '1.2.3.4'],
  ['10.0.0.1', '6.6.6.6, 5.5.5.5', 1, '5.5.5.5'],
  ['10.0.0.1', '6.6.6.6, 5.5.5.5, 10.0.0.2', 2, '5.5.5.5'],
  ['10.0.0.1', undefined, 1, '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2'],
  ['2001:db8:1:2:ffff::9', undefined, 0, '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::', undefined, 0, '2001:db8:1:2'],
  ['2001:db8::5', undefined, 0, '2001:db8:0:0'],
  ['::1', undefined, 0, '0:0:0:0'],
  ['fe80::1%eth0', undefined, 0, 'fe80:0:0:0'],
  ['::ffff:1.2.3.4', undefined, 0, '1.2.3.4'],
  ['64:ff9b::1.2.3.4', undefined, 0, '64:ff9b:0:0'],
  ['10.0.0.1', '5.5.5.5:4711', 1, '5.5.5.5'],
  ['10.0.0.1', '[2001:db8:1:2::9]:443', 1, '2001:db8:1:2'],
  ['10.0.0.1', '[2001:db8:1:2::8]', 1, '2001:db8:1:2'],
  ['10.0.0.1', 'not an address', 1, '10.0.0.1'],
])('a call from %s that says %s behind %d proxies counts for %s', (remote, forwarded, hops, address) => {
  expect(addressOfCaller(from(remote, forwarded), hops)).toBe(address);
});

test('who is not signed in, and who tries tokens out, gets a fifth of the calls per address, with the time to wait', async () => {
  const call = (authorization?: string) =>
    fetch(`${bed.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      body: '{"query":"{ __typename }"}',
    });
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) statuses.push((await call(n % 2 ? 'Bearer wrong' : undefined)).status);
  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, n) => (n % 2 ? 401 : 200)));
  const refused = await call();
  expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
  expect(((await refused.json()) as { errors: object[] }).errors[0]).toMatchObject({
    extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
  });
  expect(await bed.ask('{ __typename }', {}, 'signed-in')).toEqual({ __typename: 'Query' });
});

test('submitClip and requestPayout have a tenth of the calls each', async () => {
  const outcomes: string[] = [];
  for (let n = 0; n < 7; n += 1) {
    const { errors } = await bed.send(SubmitClipDocument, { campaignId, url: newClip(bed, [1]).url }, 'eager');
    outcomes.push(errors?.[0]?.extensions.code ?? 'ok');
  }
  expect(outcomes).toEqual([...Array(5).fill('ok'), ...Array(2).fill('RATE_LIMITED')]);
  const input = { amount: '20.00', method: 'PAYPAL' as const, details: 'me@example.com' };
  expect(await bed.refusal(RequestPayoutDocument, { input }, 'eager')).toBe('INSUFFICIENT_BALANCE');
});

test('whoever waits as long as they are told is accepted, and being refused costs nothing', async () => {
  const [user] = await bed.database.query<{ id: string }>('select id from "user" limit 1');
  const take = () =>
    takeRate(bed.database.orm.em, user?.id ?? '', 'waiting', 2).then(
      () => 0,
      (error) => error.details.retryAfterSeconds as number,
    );
  expect([await take(), await take()]).toEqual([0, 0]);
  const told: number[] = [];
  for (let call = 0; call < 5; call += 1) told.push(await take());
  expect(told.every((seconds) => seconds > 0 && seconds <= 30)).toBe(true);
  expect(told).toEqual(told.toSorted((one, other) => other - one));
  await bed.database.query(
    "update rate_bucket set filled_at = filled_at - interval '30 s' where operation = 'waiting'",
  );
  expect(await take()).toBe(0);
});

test('calls at once through several instances share one bucket', async () => {
  const [user] = await bed.database.query<{ id: string }>(`select id from "user" limit 1`);
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, () => takeRate(bed.database.orm.em, user?.id ?? '', 'something', 2)),
  );
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(2);
});
