import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  AuditTrailDocument,
  DashboardDocument,
  SetUserRoleDocument,
  SuspendUserDocument,
  UnsuspendUserDocument,
  UpdateProfileDocument,
  UsersDocument,
} from '../../schema/generated/graphql.js';
import { ADMIN, newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

const idOf = async (caller: string) => (await bed.ask(DashboardDocument, {}, caller)).me.id;
const users = async (variables: object) => (await bed.ask(UsersDocument, { first: 100, ...variables }, ADMIN)).users;

test('U1 a suspended user is refused by the very next call and comes back when unsuspended; clips go on earning', async () => {
  const campaign = await newCampaign(bed);
  await newApprovedClip(bed, campaign, 'sue', [0, 1_000, 2_000]);
  const id = await idOf('sue');
  const { suspendUser } = await bed.ask(SuspendUserDocument, { id }, ADMIN);
  expect(suspendUser.suspendedAt).not.toBeNull();
  expect(await bed.refusal(DashboardDocument, {}, 'sue')).toBe('FORBIDDEN');
  await track(bed, campaign);
  const again = await bed.ask(SuspendUserDocument, { id }, ADMIN);
  expect(again.suspendUser.suspendedAt).toBe(suspendUser.suspendedAt);
  await bed.ask(UnsuspendUserDocument, { id }, ADMIN);
  expect((await bed.ask(DashboardDocument, {}, 'sue')).me.totalEarned).toBe('1.00');
});

test('U1 the open sockets of a suspended user close within 5 seconds', async () => {
  const id = await idOf('socket');
  const client = createClient({
    url: `${bed.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    connectionParams: { Authorization: `Bearer ${await bed.token('socket')}` },
  });
  await new Promise<void>((resolve) => client.on('connected', () => resolve()));
  const closed = new Promise<number>((resolve) =>
    client.on('closed', (event) => resolve((event as { code: number }).code)),
  );
  await bed.ask(SuspendUserDocument, { id }, ADMIN);
  expect(await closed).toBe(4403);
});

test('U2 nobody suspends themselves or changes their own role', async () => {
  const id = await idOf(ADMIN);
  expect(await bed.refusal(SuspendUserDocument, { id }, ADMIN)).toBe('CONFLICT');
  expect(await bed.refusal(UnsuspendUserDocument, { id }, ADMIN)).toBe('CONFLICT');
  expect(await bed.refusal(SetUserRoleDocument, { id, role: 'CLIPPER' }, ADMIN)).toBe('CONFLICT');
  expect(await bed.refusal(SetUserRoleDocument, { id: 'x', role: 'ADMIN' }, ADMIN)).toBe('NOT_FOUND');
  expect(await bed.refusal(SetUserRoleDocument, { id, role: 'ADMIN' }, 'somebody')).toBe('FORBIDDEN');
});

test('U2 of two admins who suspend or demote each other at once one stays, however often they try', async () => {
  const [first, second] = [await idOf(ADMIN), await idOf('admin2')];
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all([
      round % 2
        ? bed.send(SuspendUserDocument, { id: second }, ADMIN)
        : bed.send(SetUserRoleDocument, { id: second, role: 'CLIPPER' }, ADMIN),
      bed.send(SuspendUserDocument, { id: first }, 'admin2'),
    ]);
    expect(answers.filter((answer) => !answer.errors)).toHaveLength(1);
    const left = await bed.database.query('select id from "user" where role = \'ADMIN\' and suspended_at is null');
    expect(left).toHaveLength(1);
    await bed.database.query('update "user" set role = \'ADMIN\', suspended_at = null where id = any($1)', [
      [first, second],
    ]);
  }
});

test('an admin makes an admin, who can do what admins do, and unmakes one', async () => {
  const id = await idOf('nora');
  expect(await bed.refusal(UsersDocument, {}, 'nora')).toBe('FORBIDDEN');
  expect((await bed.ask(SetUserRoleDocument, { id, role: 'ADMIN' }, ADMIN)).setUserRole.role).toBe('ADMIN');
  await bed.ask(UsersDocument, {}, 'nora');
  await bed.ask(SetUserRoleDocument, { id, role: 'CLIPPER' }, ADMIN);
  expect(await bed.refusal(UsersDocument, {}, 'nora')).toBe('FORBIDDEN');
});

test('V4 the audit trail tells who did what to whom, and is filtered by each of them', async () => {
  const [admin, nora] = [await idOf(ADMIN), await idOf('vera')];
  await bed.ask(SetUserRoleDocument, { id: nora, role: 'ADMIN' }, ADMIN);
  await bed.ask(SetUserRoleDocument, { id: nora, role: 'CLIPPER' }, ADMIN);
  const trail = async (variables: object) => (await bed.ask(AuditTrailDocument, variables, ADMIN)).auditEvents;
  const { nodes, totalCount } = await trail({ subjectType: 'User', subjectId: nora });
  expect(totalCount).toBe(2);
  expect(nodes[1]).toMatchObject({
    action: 'user.set-role',
    via: 'api',
    actor: { id: admin },
    before: '{"role":"CLIPPER"}',
    after: '{"role":"ADMIN"}',
  });
  expect((await trail({ actorId: nora })).nodes).toEqual([]);
  expect((await trail({ actorId: 'x' })).totalCount).toBe(0);
  expect((await trail({ subjectType: 'Campaign' })).nodes.every((each) => each.subjectType === 'Campaign')).toBe(true);
  expect(await bed.refusal(AuditTrailDocument, {}, 'vera')).toBe('FORBIDDEN');
});

test('users are found by a part of their name or e-mail, by id and by role; signs of LIKE are only signs', async () => {
  for (const caller of ['anna_1', 'annabel', 'bert%', ADMIN, 'admin2']) await idOf(caller);
  const found = async (search: string) => (await users({ search })).nodes.map((each) => each.name).toSorted();
  expect(await found('ANNA')).toEqual(['anna_1', 'annabel']);
  expect(await found('anna_')).toEqual(['anna_1']);
  expect(await found('%')).toEqual(['bert%']);
  expect(await found('bert%@example')).toEqual(['bert%']);
  expect(await found(await idOf('annabel'))).toEqual(['annabel']);
  expect((await users({ role: 'ADMIN' })).totalCount).toBe(2);
  expect(await bed.refusal(UsersDocument, { search: 'x'.repeat(101) }, ADMIN)).toBe('BAD_USER_INPUT');
  expect(await bed.refusal(UsersDocument, { search: 'a\u0000b' }, ADMIN)).toBe('BAD_USER_INPUT');
});

test('search is indexed: the planner can answer it without looking at every row', async () => {
  const plan = async (statement: string) => {
    const em = bed.database.orm.em.fork();
    return em.transactional(async (transaction) => {
      await transaction.execute('set local enable_seqscan = off');
      return JSON.stringify(await transaction.execute(`explain ${statement}`));
    });
  };
  expect(await plan(`select id from "user" u where (u.name ilike '%anna%' or u.email ilike '%anna%')`)).toContain(
    'user_search_index',
  );
  expect(
    await plan(`select id from campaign c where (c.title ilike '%anna%' or c.description ilike '%anna%')`),
  ).toContain('campaign_search_index');
});

test('U4 a profile takes a name of one’s own, cleaned, and nothing that looks like an e-mail address', async () => {
  expect((await bed.ask(UpdateProfileDocument, { name: '  Rita   Reel ' }, 'rita')).updateProfile.name).toBe(
    'Rita Reel',
  );
  expect((await bed.ask(DashboardDocument, {}, 'rita')).me.name).toBe('Rita Reel');
  const { errors } = await bed.send(UpdateProfileDocument, { name: 'rita@example.com' }, 'rita');
  expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'name' });
  for (const name of ['', 'rita\uff20example.com', 'Clipledger Admin', '\u0410dmin'])
    expect(await bed.refusal(UpdateProfileDocument, { name }, 'rita')).toBe('BAD_USER_INPUT');
  expect(await bed.refusal(UpdateProfileDocument, { name: 'x' }, null)).toBe('UNAUTHENTICATED');
});
