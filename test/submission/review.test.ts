import {
  ApproveSubmissionDocument,
  RejectSubmissionDocument,
  ReopenSubmissionDocument,
  RevokeSubmissionDocument,
  SubmitClipDocument,
} from '../../schema/generated/graphql.js';
import { ADMIN, newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

test('V4 approve, reject, reopen and revoke each leave one audit event: who, what, before and after', async () => {
  const campaignId = await newCampaign(bed);
  const { submitClip } = await bed.ask(SubmitClipDocument, { campaignId, url: newClip(bed, [1]).url }, 'clipper');
  const { id } = submitClip;
  await bed.ask(RejectSubmissionDocument, { id, input: { reason: 'NOT_OWNER' } }, ADMIN);
  await bed.ask(ReopenSubmissionDocument, { id }, 'admin2');
  await bed.ask(ApproveSubmissionDocument, { id }, ADMIN);
  await bed.ask(RevokeSubmissionDocument, { id, input: { reason: 'FRAUDULENT_VIEWS' } }, 'admin2');
  const events = await bed.database.query(
    `select e.action, e.via, u.subject as actor, e.before::jsonb->>'status' as before, e.after::jsonb->>'status' as after, e.after::jsonb->>'reason' as reason
     from audit_event e join "user" u on u.id = e.actor_id where e.subject_type = 'ClipSubmission' and e.subject_id = $1 order by e.id`,
    [id],
  );
  const by = (actor: string, action: string, before: string, after: string, reason: string | null = null) => ({
    action: `submission.${action}`,
    via: 'api',
    actor,
    before,
    after,
    reason,
  });
  expect(events).toEqual([
    by(ADMIN, 'rejected', 'PENDING', 'REJECTED', 'NOT_OWNER'),
    by('admin2', 'reopened', 'REJECTED', 'PENDING'),
    by(ADMIN, 'approved', 'PENDING', 'APPROVED'),
    by('admin2', 'revoked', 'APPROVED', 'REJECTED', 'FRAUDULENT_VIEWS'),
  ]);
});
