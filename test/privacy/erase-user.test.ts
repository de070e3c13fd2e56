import {
  ApprovePayoutRequestDocument,
  CancelPayoutRequestDocument,
  CompleteCampaignDocument,
  CompletePayoutRequestDocument,
  DashboardDocument,
  EraseUserDocument,
  NotificationsDocument,
  PayoutDetailsDocument,
  RejectPayoutRequestDocument,
  RejectSubmissionDocument,
  RequestPayoutDocument,
  SetUserRoleDocument,
  SubmitClipDocument,
  SuspendUserDocument,
  UnsuspendUserDocument,
} from '../../schema/generated/graphql.js';
import { eraseUser } from '../../src/privacy/erase-user.service.js';
import { replay } from '../../src/proof/replay.service.js';
import { findViewer, signIn } from '../../src/user/user.service.js';
import { findSuspended } from '../../src/user/user.sql.js';
import { expectNoPersons } from '../support/append-only.js';
import { holdReads } from '../support/held-reads.js';
import { expectLawsHold } from '../support/laws.js';
import { ADMIN, newApprovedClip, newCampaign, newClip, newEarnings, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({
    settings: { TRACKING_SUSPECT_FACTOR: '1000000', DATA_ENCRYPTION_KEY: 'ab'.repeat(32) },
  });
  await bed.ask(DashboardDocument, {}, ADMIN);
});
afterAll(() => bed.stop());

const idOf = async (caller: string) => (await bed.ask(DashboardDocument, {}, caller)).me.id;
const erase = async (caller: string, by = caller, forfeit = false) => {
  const id = await idOf(caller);
  return bed.send(EraseUserDocument, { id, forfeit }, by);
};
const request = async (caller: string, amount: string) => {
  const input = { amount, method: 'PAYPAL' as const, details: `${caller}-wallet@example.com` };
  return (await bed.ask(RequestPayoutDocument, { input }, caller)).requestPayout.id;
};
const pay = async (id: string) => {
  await bed.ask(ApprovePayoutRequestDocument, { id }, ADMIN);
  await bed.ask(CompletePayoutRequestDocument, { id, transactionId: `TX-${id}` }, ADMIN);
};
const rowOf = async (id: string) =>
  (await bed.database.query<Record<string, unknown>>('select * from "user" where id = $1', [id]))[0];

/** Fails when a text stands anywhere in the database, in whatever table and column. */
async function expectNowhere(texts: readonly string[]): Promise<void> {
  const tables = await bed.database.query<{ name: string }>(
    "select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  );
  const found: string[] = [];
  for (const { name } of tables)
    for (const text of texts) {
      const rows = await bed.database.query(`select 1 from ${name} t where position($1 in t::text) > 0 limit 1`, [
        text,
      ]);
      if (rows.length > 0) found.push(`${name}: ${text}`);
    }
  expect(found).toEqual([]);
}

test('U6 U7 erasure takes the name, e-mail, subject, details, links, notes and notices out of every table; money and ids stay', async () => {
  const leaver = 'leaver-subject';
  await bed.ask('mutation { updateProfile(name: "Lea Leaver") { id } }', {}, leaver);
  const id = await idOf(leaver);
  await newEarnings(bed, leaver, '60.00');
  const open = await newCampaign(bed, { title: 'Still open' });
  const link = newClip(bed, [5]);
  const url = link.url.replace('@someone', '@lea.leaver.handle');
  const pending = (await bed.ask(SubmitClipDocument, { campaignId: open, url: `${url}?from=lea` }, leaver)).submitClip
    .id;
  const rejected = (await bed.ask(SubmitClipDocument, { campaignId: open, url: newClip(bed, [1]).url }, leaver))
    .submitClip.id;
  const why = { reason: 'OTHER' as const, note: 'Lea, this one is too short' };
  await bed.ask(RejectSubmissionDocument, { id: rejected, input: why }, ADMIN);
  await bed.ask(RejectPayoutRequestDocument, { id: await request(leaver, '30.00'), note: 'Lea: wrong wallet' }, ADMIN);
  const paid = await request(leaver, '50.00');
  await pay(paid);
  const before = await bed.database.query(
    'select (select sum(amount) from earning_entry)::text as earned, (select sum(amount) from payout)::text as paid, (select count(*) from view_tracking)::int as readings',
  );
  const texts = ['Lea', `${leaver}@example.com`, leaver, 'wallet@example.com', 'lea.leaver', 'from=lea'];
  expect((await erase(leaver, ADMIN)).errors?.[0]?.message).toContain('forfeit: true');
  const { errors, data } = await bed.send(EraseUserDocument, { id, forfeit: true }, ADMIN);
  expect([errors, data?.eraseUser]).toEqual([undefined, id]);
  await expectNowhere(texts);
  expect(await rowOf(id)).toMatchObject({ name: 'Erased user', role: 'CLIPPER' });
  expect(
    await bed.database.query(
      'select (select sum(amount) from earning_entry)::text as earned, (select sum(amount) from payout)::text as paid, (select count(*) from view_tracking)::int as readings',
    ),
  ).toEqual(before);
  expect(
    await bed.database.query('select status, canonical_url from clip_submission where id = $1', [pending]),
  ).toEqual([{ status: 'WITHDRAWN', canonical_url: `https://www.tiktok.com/@_/video/${link.videoId}` }]);
  const events = await bed.database.query<{ type: string }>(
    'select type from campaign_event where campaign_id = $1 order by number desc limit 2',
    [open],
  );
  expect(events.map((event) => event.type)).toEqual(['ERASED', 'WITHDRAWN']);
  expect(await bed.database.query('select id from baseline_read where clipper_id = $1', [id])).toEqual([]);
  const [audit] = await bed.database.query<{ after: string; actor_id: string }>(
    "select after, actor_id from audit_event where action = 'user.erase' and subject_id = $1",
    [id],
  );
  expect(JSON.parse(audit?.after ?? '')).toMatchObject({ role: 'CLIPPER', withdrawn: 1, forfeited: '10.00' });
  expect(audit?.actor_id).toBe(await idOf(ADMIN));
  expect((await bed.ask(PayoutDetailsDocument, { id: paid }, ADMIN)).payoutRequest?.details).toBe('Erased.');
  await expectLawsHold(bed.database);
  await expectNoPersons(bed.database);
  expect((await replay(bed.database.orm.em.fork(), null)).differences).toBe(0);
});

test('U6 a token with the old subject is FORBIDDEN for ever, whatever its e-mail; the erased row cannot be signed in to', async () => {
  await bed.ask(DashboardDocument, {}, 'gone');
  const id = await idOf('gone');
  expect((await erase('gone')).data?.eraseUser).toBe(id);
  expect(await bed.refusal(DashboardDocument, {}, 'gone')).toBe('FORBIDDEN');
  const claims = { subject: 'gone', email: 'new@example.com', emailVerified: true, name: null };
  await expect(signIn(bed.database.orm.em.fork(), bed.deps, claims)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const subject = String((await rowOf(id))?.subject);
  await expect(signIn(bed.database.orm.em.fork(), bed.deps, { ...claims, subject })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  // What closes open sockets, and what a socket's next operation asks for.
  expect(await findSuspended(bed.database.orm.em.fork(), [id])).toEqual([id]);
  expect(await findViewer(bed.database.orm.em.fork(), id)).toBeNull();
  // The digest outlives a change of the environment's key.
  const settings = {
    ...bed.deps.settings,
    DATA_ENCRYPTION_KEY: Buffer.alloc(32, 9),
    DATA_ENCRYPTION_OLD_KEYS: [Buffer.alloc(32, 0xab)],
  };
  await expect(signIn(bed.database.orm.em.fork(), { ...bed.deps, settings }, claims)).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  const [secret] = await bed.database.query<{ value: string }>('select value from installation_secret');
  expect(secret?.value).toMatch(/^sealed:/);
});

test('U6 an imported user who never signed in can be erased, and their e-mail takes over nothing', async () => {
  const id = '01a1fe7a-02c5-7409-84aa-ff13899f770e';
  await bed.database.query(
    `insert into "user" (id, subject, email, name, role, created_at) values ($1, 'imported:1', 'old@example.com', 'Old One', 'CLIPPER', now())`,
    [id],
  );
  await bed.ask(EraseUserDocument, { id }, ADMIN);
  await expectNowhere(['imported:1', 'old@example.com', 'Old One']);
  expect(await idOf('old')).not.toBe(id);
});

test('U6 an open request, earnings in an open campaign, a balance at the minimum and a payment of the last 30 days each prevent it', async () => {
  const why = async (forfeit = true, by = 'busy') => (await erase('busy', by, forfeit)).errors?.[0];
  const campaign = await newCampaign(bed, { budget: '1000.00' });
  await newApprovedClip(bed, campaign, 'busy', [0, 40_000]);
  await track(bed, campaign);
  expect((await why())?.message).toBe('40.00 of the earnings are not available yet: wait until they are.');
  await bed.ask(CompleteCampaignDocument, { id: campaign }, ADMIN);
  expect((await why())?.message).toContain('The available balance is 40.00: request a payout of it first.');
  const first = await request('busy', '30.00');
  expect((await why())?.message).toContain('A payout request is open');
  await bed.ask(CancelPayoutRequestDocument, { id: first }, 'busy');
  await pay(await request('busy', '30.00'));
  expect((await why(false))?.message).toContain('The available balance is 10.00, below the minimum');
  expect((await why())?.message).toContain('in the last 30 days');
  expect((await why())?.extensions.code).toBe('CONFLICT');
  bed.clock.advance(31 * 86_400_000);
  expect(await why()).toBeUndefined();
  bed.clock.advance(-31 * 86_400_000);
});

test('U6 the last admin stays; an admin who is not the last loses the role with everything else', async () => {
  expect((await erase(ADMIN)).errors?.[0]?.message).toContain('The last admin cannot be erased');
  const id = await idOf('admin2');
  expect((await erase('admin2', ADMIN)).data?.eraseUser).toBe(id);
  expect(await rowOf(id)).toMatchObject({ role: 'CLIPPER', name: 'Erased user' });
});

test('U6 of an erased user nothing can be changed any more; erasing again changes nothing', async () => {
  await bed.ask(DashboardDocument, {}, 'done');
  const campaignId = await newCampaign(bed);
  const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId, url: newClip(bed, [1]).url }, 'done');
  await bed.ask(RejectSubmissionDocument, { id: submitClip.id, input: { reason: 'OTHER' } }, ADMIN);
  const id = await idOf('done');
  await bed.ask(EraseUserDocument, { id }, ADMIN);
  const count = () => bed.database.query('select count(*) from audit_event');
  const before = await count();
  await bed.ask(EraseUserDocument, { id }, ADMIN);
  expect(await count()).toEqual(before);
  for (const [document, variables] of [
    [SetUserRoleDocument, { id, role: 'ADMIN' as const }],
    [SuspendUserDocument, { id }],
    [UnsuspendUserDocument, { id }],
  ] as const)
    expect(await bed.refusal(document as typeof SuspendUserDocument, variables, ADMIN)).toBe('CONFLICT');
  const reopen = 'mutation ($id: ID!) { reopenSubmission(id: $id) { id } }';
  expect(await bed.refusal(reopen, { id: submitClip.id }, ADMIN)).toBe('CONFLICT');
  expect(await bed.refusal(EraseUserDocument, { id: 'no id' }, ADMIN)).toBe('NOT_FOUND');
});

test('U6 the operator erases without the API, and the audit says so', async () => {
  await bed.ask(DashboardDocument, {}, 'operated');
  const id = await idOf('operated');
  await eraseUser(bed.database.orm.em.fork(), bed.deps, null, { id, forfeit: false });
  expect(
    await bed.database.query("select actor_id, via from audit_event where action = 'user.erase' and subject_id = $1", [
      id,
    ]),
  ).toEqual([{ actor_id: null, via: 'command' }]);
});

/** Holds the lock of a user's row until released; what waits for it has begun meanwhile. */
async function holdUser(id: string) {
  const em = bed.database.orm.em.fork();
  await em.begin();
  await em.execute('select id from "user" where id = ? for no key update', [id]);
  return () => em.commit();
}

const waiting = async (count: number) => {
  for (;;) {
    const rows = await bed.database.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('U6 L1 a clip submitted while its clipper is erased is refused or withdrawn, whichever comes first', async () => {
  for (const eraseFirst of [true, false]) {
    const caller = `racer-${eraseFirst}`;
    const id = await idOf(caller);
    const campaignId = await newCampaign(bed);
    const { url } = newClip(bed, [7]);
    // The read is bought before the two meet: only the locks of the insert and of the erasure are left.
    const held = holdReads(bed, 1);
    const submission = bed.send(SubmitClipDocument, { campaignId, url }, caller);
    await held.waiting(1);
    const release = await holdUser(id);
    const erase = () => bed.send(EraseUserDocument, { id }, ADMIN);
    let erasure: ReturnType<typeof erase>;
    if (eraseFirst) {
      erasure = erase();
      await waiting(1);
      held.open();
      await waiting(2);
    } else {
      held.open();
      await waiting(1);
      erasure = erase();
      await waiting(2);
    }
    await release();
    const [erased, submitted] = await Promise.all([erasure, submission]);
    expect(erased?.errors).toBeUndefined();
    expect(submitted?.errors?.[0]?.extensions.code).toBe(eraseFirst ? 'FORBIDDEN' : undefined);
    expect(await bed.database.query('select status from clip_submission where clipper_id = $1', [id])).toEqual(
      eraseFirst ? [] : [{ status: 'WITHDRAWN' }],
    );
  }
  await expectLawsHold(bed.database);
});

test('U7 admins are told of a request by the name that its clipper has when the notice is read', async () => {
  await newEarnings(bed, 'namer', '50.00');
  const id = await request('namer', '20.00');
  const told = async () =>
    (await bed.ask(NotificationsDocument, { first: 100 }, ADMIN)).me.notifications.nodes.find(
      (each) => each.subjectId === id && each.type === 'PAYOUT_REQUESTED',
    )?.body;
  expect(await told()).toMatch(/^namer \([0-9a-f]{6}\) asks for 20\.00 USD\.$/);
  await bed.ask('mutation { updateProfile(name: "Renamed One") { id } }', {}, 'namer');
  expect(await told()).toMatch(/^Renamed One \([0-9a-f]{6}\) asks for 20\.00 USD\.$/);
  const [stored] = await bed.database.query<{ body: string }>(
    "select body from notification where subject_id = $1 and type = 'PAYOUT_REQUESTED'",
    [id],
  );
  expect(stored?.body).toBe('{name} asks for 20.00 USD.');
  await bed.database.query("update notification set person_id = null, body = 'Old {name} text' where subject_id = $1", [
    id,
  ]);
  expect(await told()).toBe('Old {name} text');
});

test('every law holds after all of this, and no row that stays for ever names anybody', async () => {
  await expectLawsHold(bed.database);
  await expectNoPersons(bed.database);
});
