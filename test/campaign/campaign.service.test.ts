import {
  CreateCampaignDocument,
  DeleteCampaignDocument,
  UpdateCampaignDocument,
} from '../../schema/generated/graphql.js';
import { ADMIN } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ startAt: '2026-11-01T08:00:00Z' });
});
afterAll(() => bed.stop());

const create = async (dates: { startsAt?: string; endsAt?: string } = {}) => {
  const input = { title: 'A campaign', budget: '100.00', cpm: '1.00', platforms: ['TIKTOK' as const], ...dates };
  return (await bed.ask(CreateCampaignDocument, { input }, ADMIN)).createCampaign.id;
};

test('V4 C2 deleting a DRAFT leaves an audit event with what it was', async () => {
  const id = await create();
  await bed.ask(DeleteCampaignDocument, { id }, ADMIN);
  const events = await bed.database.query(
    `select e.action, u.subject as actor, e.before::jsonb->>'budget' as budget, e.after from audit_event e join "user" u on u.id = e.actor_id
     where e.subject_type = 'Campaign' and e.subject_id = $1 order by e.id`,
    [id],
  );
  expect(events).toMatchObject([
    { action: 'campaign.create' },
    { action: 'campaign.delete', actor: ADMIN, budget: '100.00', after: null },
  ]);
});

test.each([
  ['an end before the stored start', { endsAt: '2026-11-05T00:00:00Z' }, 'input.endsAt'],
  ['an end at the stored start', { endsAt: '2026-11-10T00:00:00Z' }, 'input.endsAt'],
  ['a start after the stored end', { startsAt: '2026-11-25T00:00:00Z' }, 'input.startsAt'],
])('C3 an update with %s is refused and changes nothing', async (_what, input, field) => {
  const dates = { startsAt: '2026-11-10T00:00:00.000Z', endsAt: '2026-11-20T00:00:00.000Z' };
  const id = await create(dates);
  const { errors } = await bed.send(UpdateCampaignDocument, { id, input }, ADMIN);
  expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field });
  const [row] = await bed.database.query<{ starts_at: Date; ends_at: Date }>(
    'select starts_at, ends_at from campaign where id = $1',
    [id],
  );
  expect([row?.starts_at.toISOString(), row?.ends_at.toISOString()]).toEqual([dates.startsAt, dates.endsAt]);
});
