import { sql } from 'kysely';
import {
  CancelPayoutRequestDocument,
  PayoutDetailsDocument,
  RequestPayoutDocument,
} from '../../schema/generated/graphql.js';
import { readSettings } from '../../src/infra/config.js';
import { newestFirst, sliceOf } from '../../src/infra/graphql/connection.js';
import { isSealedWithCurrent, seal, unseal } from '../../src/infra/security/encryption.js';
import { findRequestPage } from '../../src/payout/payout.sql.js';
import { digestsOf } from '../../src/payout/payout-digest.rules.js';
import { sealPayoutDetails } from '../../src/payout/seal-payouts.service.js';
import { checkLaws } from '../../src/proof/laws.js';
import { verify } from '../../src/proof/verify.service.js';
import { ADMIN, newEarnings } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const KEY = 'ab'.repeat(32);
const OLD_KEY = 'cd'.repeat(32);
const bufferOf = (hex: string) => Buffer.from(hex, 'hex');
const keys = { current: bufferOf(KEY), old: [bufferOf(OLD_KEY)] };
const ADDRESS = 'me@example.com';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000', DATA_ENCRYPTION_KEY: KEY, DATA_ENCRYPTION_OLD_KEYS: OLD_KEY },
  });
});
afterAll(() => bed.stop());

let clippers = 0;
/** A PENDING request of a clipper of its own. */
async function request(amount = '40.00'): Promise<{ id: string; clipper: string }> {
  clippers += 1;
  const clipper = `clipper-${clippers}`;
  await newEarnings(bed, clipper, '100.00');
  const input = { amount, method: 'PAYPAL' as const, details: ADDRESS };
  return { id: (await bed.ask(RequestPayoutDocument, { input }, clipper)).requestPayout.id, clipper };
}

const details = (id: string, caller: string) => bed.send(PayoutDetailsDocument, { id }, caller);
const change = (id: string, set: string, values: unknown[] = []) =>
  bed.database.query(`update payout_request set ${set} where id = $1`, [id, ...values]);
const row = async (id: string) =>
  (await bed.database.query<Record<string, string>>('select * from payout_request where id = $1', [id]))[0] ?? {};
const run = (name: string, args: string) => `mutation ($id: ID!) { ${name}(id: $id${args}) { id } }`;
const approve = (id: string) => bed.send(run('approvePayoutRequest', ''), { id }, ADMIN);
const complete = (id: string) => bed.send(run('completePayoutRequest', `, transactionId: "TX-${id}"`), { id }, ADMIN);
const reject = (id: string) => bed.ask(run('rejectPayoutRequest', ', note: "no"'), { id }, ADMIN);
const codeOf = ({ errors }: { errors?: { extensions: { code: string } }[] }) => errors?.[0]?.extensions.code;
const broken = async () => {
  const law = (await checkLaws(bed.database.orm.em, { laws: [], keys }))[0];
  return law?.examples.map((example) => example.replace(/^request \S+ /, '')) ?? [];
};
const sealAll = async (lines: string[] = []) =>
  sealPayoutDetails(bed.database.orm.em.fork(), bed.deps, (line) => lines.push(line));

test('F4 a request made with a key has two digests, each with the id of the key, and is shown to its clipper and to admins', async () => {
  const { id, clipper } = await request();
  const { terms_digest: terms, details_digest: sealed } = await row(id);
  expect(terms).toMatch(/^v1:[0-9a-f]{16}:[0-9a-f]{64}$/);
  expect(sealed).toMatch(/^v1:[0-9a-f]{16}:[0-9a-f]{64}$/);
  for (const caller of [clipper, ADMIN]) expect((await details(id, caller)).data?.payoutRequest?.details).toBe(ADDRESS);
  await approve(id);
  expect(codeOf(await complete(id))).toBeUndefined();
  expect(await broken()).toEqual([]);
});

const TAMPERED: [string, (id: string) => Promise<unknown>][] = [
  ['another amount', (id) => change(id, 'amount = amount + 10000')],
  ['another method', (id) => change(id, "method = 'CRYPTO'")],
  ['other details, sealed with the stolen key', (id) => change(id, 'sealed_details = $2', [seal('x@y.z', id, keys)])],
  ['no digests', (id) => change(id, 'terms_digest = null, details_digest = null')],
  ['details stored open', (id) => change(id, "sealed_details = 'open:thief@example.com'")],
  ['erased details', (id) => change(id, "sealed_details = 'erased:', details_digest = null")],
];

test.each(TAMPERED)('F4 a request with %s can only be rejected', async (_what, tamper) => {
  const [pending, approved] = [await request(), await request()];
  await approve(approved.id);
  for (const { id } of [pending, approved]) await tamper(id);
  expect(codeOf(await approve(pending.id))).toBe('CONFLICT');
  expect(codeOf(await complete(approved.id))).toBe('CONFLICT');
  const shown = await details(pending.id, ADMIN);
  expect(shown.data?.payoutRequest?.details ?? null).not.toBe(ADDRESS);
  expect(JSON.stringify(shown)).not.toContain('thief');
  await reject(pending.id);
  await reject(approved.id);
});

test('F4 nor can its clipper take a tampered request back', async () => {
  const { id, clipper } = await request();
  await change(id, 'amount = amount - 10000');
  expect(await bed.refusal(CancelPayoutRequestDocument, { id }, clipper)).toBe('CONFLICT');
  await reject(id);
});

test('F4 the nightly check and verify find what does not match, and say so when there is no key', async () => {
  const before = (await broken()).length;
  const { id } = await request();
  await change(id, 'amount = amount + 10000');
  const [law] = await checkLaws(bed.database.orm.em, { laws: [], keys });
  expect(law?.violations).toBeGreaterThan(before);
  const { consistencyReport } = await bed.ask<
    { consistencyReport: { laws: { law: string; violations: number; examples: string[] }[] } },
    object
  >('{ consistencyReport { laws { law violations examples } } }', {}, ADMIN);
  expect(consistencyReport.laws.find((each) => each.law.startsWith('F4'))?.violations).toBe(law?.violations);
  const lines: string[] = [];
  expect(await verify(bed.database.orm.em, [], (line) => lines.push(line), keys)).toBe(law?.violations);
  expect(await verify(bed.database.orm.em, [], (line) => lines.push(line))).toBe(0);
  expect(lines.filter((line) => line.includes('F4'))).toEqual([
    'BROKEN F4 payout requests match their digests',
    '       F4 payout requests match their digests: not checked: no key',
  ]);
  await reject(id);
});

test('F4 without a key digests are null, details are readable and nothing is refused', async () => {
  const own = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  await newEarnings(own, 'open', '50.00');
  const input = { amount: '20.00', method: 'PAYPAL' as const, details: ADDRESS };
  const { id } = (await own.ask(RequestPayoutDocument, { input }, 'open')).requestPayout;
  expect(await own.database.query('select terms_digest, details_digest from payout_request')).toEqual([
    { terms_digest: null, details_digest: null },
  ]);
  expect((await own.ask(PayoutDetailsDocument, { id }, ADMIN)).payoutRequest?.details).toBe(ADDRESS);
  await own.ask(run('approvePayoutRequest', ''), { id }, ADMIN);
  const { consistencyReport } = await own.ask<
    { consistencyReport: { consistent: boolean; laws: { statement: string }[] } },
    object
  >('{ consistencyReport { consistent laws { statement } } }', {}, ADMIN);
  expect(consistencyReport.consistent).toBe(true);
  expect(consistencyReport.laws.at(-1)?.statement).toMatch(/^Not checked: no key\./);
  await own.stop();
});

test('F4 npm run seal seals open rows, seals anew those of an older key, digests what has none, refuses what does not match', async () => {
  const [open, old, bare, wrong, whole] = await Promise.all([request(), request(), request(), request(), request()]);
  const oldKeys = { current: bufferOf(OLD_KEY), old: [] };
  await change(open.id, `sealed_details = 'open:${ADDRESS}', terms_digest = null, details_digest = null`);
  const stored = await row(old.id);
  const bound = {
    id: old.id,
    clipperId: stored.clipper_id ?? '',
    amount: BigInt(stored.amount ?? 0),
    method: 'PAYPAL' as never,
    sealedDetails: seal(ADDRESS, old.id, oldKeys),
  };
  const { termsDigest, detailsDigest } = digestsOf(bound, oldKeys);
  await change(old.id, 'sealed_details = $2, terms_digest = $3, details_digest = $4', [
    bound.sealedDetails,
    termsDigest,
    detailsDigest,
  ]);
  await change(bare.id, 'terms_digest = null, details_digest = null');
  const wrongDigests = digestsOf({ ...bound, id: wrong.id, amount: 1n }, oldKeys);
  const name = 'identity digests';
  const secretKey = Buffer.alloc(32, 3).toString('base64');
  await bed.database.query('update installation_secret set value = $1', [seal(secretKey, name, oldKeys)]);
  await change(wrong.id, 'terms_digest = $2', [wrongDigests.termsDigest]);
  const untouched = await row(whole.id);
  const before = { wrong: await row(wrong.id), bare: await row(bare.id) };
  const lines: string[] = [];
  const done = await sealAll(lines);
  expect(lines.filter((line) => [open, old, bare, wrong].some(({ id }) => line.includes(id))).toSorted()).toEqual(
    [
      `digested ${open.id}: it had no digest`,
      `digested ${bare.id}: it had no digest`,
      `refused  ${wrong.id}: its clipper, amount or method does not match its digest`,
    ].toSorted(),
  );
  expect(done.sealed).toBeGreaterThanOrEqual(2);
  for (const { id } of [open, old, bare]) {
    expect((await details(id, ADMIN)).data?.payoutRequest?.details).toBe(ADDRESS);
    expect((await row(id)).sealed_details?.slice(0, 24)).toBe(untouched.sealed_details?.slice(0, 24));
  }
  expect((await row(bare.id)).sealed_details).toBe(before.bare.sealed_details);
  expect(await row(whole.id)).toEqual(untouched);
  expect(await row(wrong.id)).toEqual(before.wrong);
  const again = await sealAll();
  const [secret] = await bed.database.query<{ value: string }>('select value from installation_secret');
  expect(isSealedWithCurrent(secret?.value ?? '', keys)).toBe(true);
  expect(unseal(secret?.value ?? '', name, keys)).toBe(secretKey);
  expect({ sealed: again.sealed, digested: again.digested }).toEqual({ sealed: 0, digested: 0 });
  expect(again.refused).toBe(done.refused);
  const audit = await bed.database.query<{ after: string }>(
    "select after from audit_event where action = 'payout-requests.seal'",
  );
  expect(audit).toHaveLength(1);
  for (const { id } of [open, old, bare, wrong, whole]) await reject(id);
});

test('F4 npm run seal without a key says which one is missing', async () => {
  const settings = { ...bed.deps.settings, DATA_ENCRYPTION_KEY: undefined, DATA_ENCRYPTION_OLD_KEYS: [] };
  await expect(sealPayoutDetails(bed.database.orm.em, { ...bed.deps, settings }, () => undefined)).rejects.toThrow(
    'DATA_ENCRYPTION_KEY is missing',
  );
});

const reads = async (id: string) =>
  bed.database.query<{ actor: string; after: string | null }>(
    `select u.subject as actor, e.before, e.after from audit_event e join "user" u on u.id = e.actor_id
     where e.action = 'payout-request.details-read' and e.subject_id = $1 order by e.id`,
    [id],
  );

test('V4 F4 an admin who reads details leaves one event an hour for each request, the clipper none', async () => {
  const { id, clipper } = await request();
  await details(id, clipper);
  expect(await reads(id)).toEqual([]);
  await Promise.all([details(id, ADMIN), details(id, ADMIN), details(id, ADMIN)]);
  expect(await reads(id)).toEqual([{ actor: ADMIN, before: null, after: null }]);
  await details(id, 'admin2');
  expect((await reads(id)).map((read) => read.actor)).toEqual([ADMIN, 'admin2']);
  bed.clock.advance(59 * 60_000);
  await details(id, ADMIN);
  expect(await reads(id)).toHaveLength(2);
  bed.clock.advance(2 * 60_000);
  await details(id, ADMIN);
  expect((await reads(id)).map((read) => read.actor)).toEqual([ADMIN, 'admin2', ADMIN]);
  await reject(id);
});

const LIST = 'query ($first: Int!) { payoutRequests(first: $first) { nodes { id DETAILS } } }';

test('V4 F4 details of a list of an admin’s are read and audited in as many statements as those of one', async () => {
  const made = await Promise.all([request(), request(), request()]);
  for (const { id } of await bed.database.query<{ id: string }>('select id from payout_request'))
    if (!made.some((each) => each.id === id))
      await bed.database
        .query('delete from payout where request_id = $1', [id])
        .then(() => bed.database.query('delete from payout_request where id = $1', [id]));
  const text = LIST.replace('DETAILS', 'details');
  const count = (first: number) => bed.database.countStatements(() => bed.ask(text, { first }, ADMIN));
  await bed.ask(text, { first: 1 }, 'admin2');
  const one = await count(1);
  expect(await count(3)).toBe(one);
  for (const { id } of made) expect((await reads(id)).filter((read) => read.actor === ADMIN)).toHaveLength(1);
});

test('F4 a list reads neither details nor digests', async () => {
  const slice = sliceOf({ first: 5 }, newestFirst(sql`r.id`));
  const [listed] = await findRequestPage(bed.database.orm.em.fork(), {}, slice);
  expect(Object.keys(listed ?? {}).filter((name) => /details|digest|idempotency/i.test(name))).toEqual([]);
  expect(Object.keys(listed ?? {})).toContain('amount');
});

test('F4 old keys without a current one, and what is no key, stop the start', () => {
  const environment = { DATABASE_URL: 'postgresql://a/b', AUTH_JWT_SECRET: 'x'.repeat(32) };
  expect(() => readSettings({ ...environment, DATA_ENCRYPTION_OLD_KEYS: OLD_KEY })).toThrow('DATA_ENCRYPTION_KEY');
  expect(() =>
    readSettings({ ...environment, DATA_ENCRYPTION_KEY: KEY, DATA_ENCRYPTION_OLD_KEYS: `${OLD_KEY},short` }),
  ).toThrow('DATA_ENCRYPTION_OLD_KEYS is wrong');
  const settings = readSettings({
    ...environment,
    DATA_ENCRYPTION_KEY: KEY,
    DATA_ENCRYPTION_OLD_KEYS: ` ${OLD_KEY} , ${'ef'.repeat(32)}`,
  });
  expect(settings.DATA_ENCRYPTION_OLD_KEYS.map((key) => key.toString('hex'))).toEqual([OLD_KEY, 'ef'.repeat(32)]);
});
