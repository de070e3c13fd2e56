import { NODE_KINDS } from '../../src/node/node-kinds.js';
import { ADMIN } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { makeWorld, type World } from '../support/world.js';

let bed: Testbed;
let world: World;
/** One thing of each type; all but the campaign, the run, the round and the audit event are the owner's. */
let ids: Record<string, string>;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  world = await makeWorld(bed);
  await bed.queue.stop(2_000);
  const [row] = await bed.database.query<Record<string, string>>(
    `select v.id as "ViewTracking", e.id as "EarningEntry", r.id as "TrackingRound", u.profile_id as "ClipperProfile",
            (select id from audit_event where subject_type = 'Campaign' and subject_id = $3 limit 1) as "AuditEvent"
     from view_tracking v join earning_entry e on e.clip_id = v.clip_id join tracking_round r on r.id = e.round_id, "user" u
     where v.clip_id = $1 and u.id = $2 limit 1`,
    [world.clipId, world.ownerId, world.campaignId],
  );
  ids = {
    ...(row as Record<string, string>),
    User: world.ownerId,
    Campaign: world.campaignId,
    ClipSubmission: world.submissionId,
    Clip: world.clipId,
    PayoutRequest: world.requestId,
    Payout: world.payoutId,
    Notification: world.notificationId,
    TrackingRun: world.runId,
  };
}, 120_000);
afterAll(() => bed.stop());

type Found = { __typename: string; id: string } | null;
const ONE = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const MANY = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
const nodes = async (asked: readonly string[], caller: string | null) =>
  (await bed.ask<{ nodes: Found[] }, object>(MANY, { ids: asked }, caller)).nodes;

const PUBLIC = ['Campaign', 'ClipperProfile'];
const ADMINS = ['AuditEvent', 'TrackingRound', 'TrackingRun'];

test('U5 node answers each type under its rules: everybody, its owner and admins, or admins alone', async () => {
  expect(Object.keys(ids).toSorted()).toEqual(Object.keys(NODE_KINDS).toSorted());
  const seenBy = async (caller: string | null) => {
    const seen: string[] = [];
    for (const [type, id] of Object.entries(ids)) {
      const { node } = await bed.ask<{ node: Found }, object>(ONE, { id }, caller);
      if (!node) continue;
      expect(node).toEqual({ __typename: type, id });
      seen.push(type);
    }
    return seen.toSorted();
  };
  const all = Object.keys(NODE_KINDS).toSorted();
  expect(await seenBy(ADMIN)).toEqual(all);
  expect(await seenBy('owner')).toEqual(all.filter((type) => !ADMINS.includes(type)));
  expect(await seenBy('other')).toEqual(PUBLIC);
  expect(await seenBy(null)).toEqual(PUBLIC);
});

test('U5 a draft is no node for a clipper', async () => {
  const id = await world.campaign();
  expect(await nodes([id], ADMIN)).toEqual([{ __typename: 'Campaign', id }]);
  expect(await nodes([id], 'owner')).toEqual([null]);
});

test('nodes keeps the order and the repeats of the ids, with null for what is not there, not seen, or no id', async () => {
  const asked = [
    ids.Clip,
    'x',
    ids.User,
    '01890a5d-ac96-774b-bcce-b302099a8057',
    ids.Clip,
    ids.TrackingRun,
    '',
  ] as string[];
  const clip = { __typename: 'Clip', id: ids.Clip };
  expect(await nodes(asked, 'owner')).toEqual([
    clip,
    null,
    { __typename: 'User', id: ids.User },
    null,
    clip,
    null,
    null,
  ]);
  expect(await nodes([], null)).toEqual([]);
});

test('nodes takes at most 100 ids, and says so', async () => {
  expect(await nodes(Array(100).fill(ids.Campaign), null)).toHaveLength(100);
  const { errors } = await bed.send(MANY, { ids: Array(101).fill(ids.Campaign) }, null);
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('at most 100'),
    extensions: { code: 'BAD_USER_INPUT', field: 'ids' },
  });
});

test('one statement looks for up to 100 ids in all tables, then one reads each type', async () => {
  const statements = (asked: readonly string[], caller: string | null) =>
    bed.database.countStatements(() => nodes(asked, caller));
  expect(await statements(['x'], null)).toBe(0);
  expect(await statements([ids.TrackingRun as string], null)).toBe(1);
  expect(await statements([ids.Campaign as string], null)).toBe(2);
  // The caller's own row, the search, and one for each type.
  const every = Object.values(ids);
  await statements(every, ADMIN);
  const once = await statements(every, ADMIN);
  expect(once).toBe(2 + every.length);
  const crowd = await bed.database.query<{ id: string }>('select id from view_tracking limit 60');
  expect(await statements([...every, ...crowd.map(({ id }) => id)], ADMIN)).toBe(once);
  const aliased = every.map((id, n) => `n${n}: node(id: "${id}") { id }`).join(' ');
  expect(await bed.database.countStatements(() => bed.ask(`{ ${aliased} }`, {}, ADMIN))).toBe(once);
});

test('fields of a node are those of its type, by fragments, also once the operation is compiled', async () => {
  const text = `query ($id: ID!) { node(id: $id) { id ... on Clip { views submission { url clipperProfile { id user { id } } } }
    ... on User { name } ...Shared } } fragment Shared on Node { id __typename }`;
  const answers = [];
  for (let times = 0; times < 5; times += 1) answers.push(await bed.ask(text, { id: ids.Clip }, 'owner'));
  expect(answers[0]).toMatchObject({
    node: { __typename: 'Clip', submission: { clipperProfile: { id: ids.ClipperProfile, user: { id: ids.User } } } },
  });
  for (const each of answers) expect(each).toEqual(answers[0]);
});

test('U5 a profile names its user to that user and to admins alone', async () => {
  const text = 'query ($id: ID!) { node(id: $id) { ... on ClipperProfile { id name user { id } } } }';
  const ask = (caller: string | null) => bed.ask<{ node: object }, object>(text, { id: ids.ClipperProfile }, caller);
  const profile = { id: ids.ClipperProfile, name: 'owner' };
  for (const caller of ['owner', ADMIN])
    expect(await ask(caller)).toEqual({ node: { ...profile, user: { id: world.ownerId } } });
  for (const caller of ['other', null]) expect(await ask(caller)).toEqual({ node: { ...profile, user: null } });
});

test('boards show the profile, whose id is not that of the user', async () => {
  const { campaign } = await bed.ask<{ campaign: { leaderboard: { clipper: { id: string } }[] } }, object>(
    'query ($id: ID!) { campaign(id: $id) { leaderboard { clipper { id } } } }',
    { id: world.campaignId },
    null,
  );
  expect(campaign.leaderboard.map(({ clipper }) => clipper.id)).toContain(ids.ClipperProfile);
  expect(ids.ClipperProfile).not.toBe(world.ownerId);
});

test('a notification and an audit event lead to their subject, where the caller may see it', async () => {
  const subjectOf = async (id: string | undefined, caller: string) => {
    const text = `query ($id: ID!) { node(id: $id) { ... on Notification { subjectType subjectId subject { __typename id } }
      ... on AuditEvent { auditedType: subjectType auditedId: subjectId subject { __typename id } } } }`;
    const { node } = await bed.ask<{ node: Record<string, unknown> }, object>(text, { id }, caller);
    return node;
  };
  for (const [id, caller] of [
    [ids.Notification, 'owner'],
    [ids.Notification, ADMIN],
    [ids.AuditEvent, ADMIN],
  ] as const) {
    const { subject, ...of } = await subjectOf(id, caller);
    expect(subject).toEqual({ __typename: of.subjectType ?? of.auditedType, id: of.subjectId ?? of.auditedId });
  }
  const [foreign] = await bed.database.query<{ id: string }>(
    `insert into notification (id, user_id, type, title, body, subject_type, subject_id, created_at)
     values (gen_random_uuid(), $1, 'SUBMISSION_APPROVED', 't', 'b', 'ClipSubmission', $2, now()), (gen_random_uuid(), $1, 'LAW_BROKEN', 't', 'b', 'ConsistencyReport', $2, now())
     returning id`,
    [world.otherId, world.submissionId],
  );
  expect((await subjectOf(foreign?.id, 'other')).subject).toBeNull();
  const { me } = await bed.ask<
    { me: { notifications: { nodes: { subjectType: string; subject: object | null }[] } } },
    object
  >('{ me { notifications(first: 2) { nodes { subjectType subject { id } } } } }', {}, 'other');
  expect(me.notifications.nodes.map(({ subject }) => subject)).toEqual([null, null]);
});

test('a page of 20 notifications with subjects costs as many statements as a page of 2', async () => {
  for (let n = 0; n < 4; n += 1) await world.notification('owner');
  const statements = (first: number) =>
    bed.database.countStatements(() =>
      bed.ask(`{ me { notifications(first: ${first}) { nodes { subject { id __typename } } } } }`, {}, 'owner'),
    );
  await statements(2);
  expect(await statements(20)).toBeLessThanOrEqual((await statements(2)) + 3);
});
