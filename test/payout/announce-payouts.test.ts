import {
  DashboardDocument,
  NotificationsDocument,
  SuspendUserDocument,
  UnsuspendUserDocument,
} from '../../schema/generated/graphql.js';
import { calculatePayouts } from '../../src/payout/announce-payouts.service.js';
import { ADMIN, newEarnings } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
});
afterAll(() => bed.stop());

test('P6 U1 a suspended clipper is not notified of a payable balance, and is once they are let in again', async () => {
  await newEarnings(bed, 'sue', '30.00');
  const { id } = (await bed.ask(DashboardDocument, {}, 'sue')).me;
  const notified = async () => {
    await calculatePayouts(bed.database.orm.em, bed.deps);
    const rows = await bed.database.query("select 1 from notification where type = 'PAYOUT_READY' and user_id = $1", [
      id,
    ]);
    return rows.length;
  };
  await bed.ask(SuspendUserDocument, { id }, ADMIN);
  expect(await notified()).toBe(0);
  await bed.ask(UnsuspendUserDocument, { id }, ADMIN);
  expect([await notified(), await notified()]).toEqual([1, 1]);
  const { me } = await bed.ask(NotificationsDocument, { first: 100 }, 'sue');
  expect(me.notifications.nodes[0]?.type).toBe('PAYOUT_READY');
});
