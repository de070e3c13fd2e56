import { DashboardDocument, SetUserRoleDocument, SuspendUserDocument } from '../../schema/generated/graphql.js';
import { ADMIN } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { whileHeld } from '../support/while-held.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

const idOf = async (caller: string) => (await bed.ask(DashboardDocument, {}, caller)).me.id;

test.each([
  ['demoted', "role = 'CLIPPER'"],
  ['suspended', 'suspended_at = now()'],
])('U1 U2 an admin who is %s while they wait for the lock changes nobody', async (what, change) => {
  const [nora, victim] = [await idOf(`nora-${what}`), await idOf(`victim-${what}`)];
  await idOf(ADMIN);
  await bed.ask(SetUserRoleDocument, { id: nora, role: 'ADMIN' }, ADMIN);
  const { errors } = await whileHeld(bed.database, `update "user" set ${change} where id = $1`, [nora], () =>
    bed.send(SuspendUserDocument, { id: victim }, `nora-${what}`),
  );
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const [user] = await bed.database.query('select suspended_at from "user" where id = $1', [victim]);
  expect(user).toEqual({ suspended_at: null });
});
