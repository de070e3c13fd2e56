import { RejectionReason } from '../../src/submission/submission.enums.js';
import { approvedNotice, rejectedNotice, revokedNotice } from '../../src/submission/submission-notices.rules.js';

const SUBMISSION = { id: 's1', canonicalUrl: 'https://example.com/v' };
const subject = { type: 'ClipSubmission', id: 's1' };

test('S5 an approval names the clip and the campaign', () => {
  const notice = approvedNotice(SUBMISSION, 'Sneakers');
  expect(notice).toMatchObject({ type: 'SUBMISSION_APPROVED', subject });
  expect(notice.title).toContain('"Sneakers"');
  expect(notice.body).toContain('https://example.com/v');
});

test.each(Object.values(RejectionReason))('S5 S6 a rejection and a revocation for %s say why in words', (reason) => {
  const rejected = rejectedNotice(SUBMISSION, 'Sneakers', { reason, note: 'Look again.' });
  expect(rejected).toMatchObject({ type: 'SUBMISSION_REJECTED', subject });
  expect(rejected.body.endsWith('Look again.')).toBe(true);
  const revoked = revokedNotice(SUBMISSION, 'Sneakers', { reason, note: null }, '3.00 USD');
  expect(revoked).toMatchObject({ type: 'SUBMISSION_REVOKED', subject });
  expect(revoked.body).toContain('the 3.00 USD that');
  expect(revoked.body).not.toMatch(/ {2}| $|null/);
  const sentences = revoked.body.split('. ').length;
  expect(sentences).toBe(reason === RejectionReason.OTHER ? 1 : 2);
});
