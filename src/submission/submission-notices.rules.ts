import { NotificationType } from '../notification/notification.entity.js';
import type { Notice } from '../notification/notification.service.js';
import { RejectionReason } from './submission.enums.js';

interface Reviewed {
  id: string;
  canonicalUrl: string;
}

const REASONS: Record<RejectionReason, string> = {
  DUPLICATE: 'The clip is there already.',
  NOT_OWNER: 'The clip is not yours.',
  REQUIREMENTS_NOT_MET: 'It does not meet the requirements.',
  OUTSIDE_DATES: 'It was posted outside the dates of the campaign.',
  FRAUDULENT_VIEWS: 'Its views are not real.',
  CAMPAIGN_ENDED: 'The campaign has ended.',
  OTHER: '',
};

const about = (type: NotificationType, submission: Reviewed, title: string, parts: (string | null)[]): Notice => ({
  type,
  title,
  body: parts.filter(Boolean).join(' '),
  subject: { type: 'ClipSubmission', id: submission.id },
});

/** To its clipper. */
export const approvedNotice = (submission: Reviewed, campaign: string) =>
  about(NotificationType.SUBMISSION_APPROVED, submission, `Your clip is in "${campaign}"`, [
    `${submission.canonicalUrl} was approved: it is tracked and earns now.`,
  ]);

/** To its clipper. */
export const rejectedNotice = (
  submission: Reviewed,
  campaign: string,
  why: { reason: RejectionReason; note: string | null },
) =>
  about(NotificationType.SUBMISSION_REJECTED, submission, `Your clip was not accepted for "${campaign}"`, [
    `${submission.canonicalUrl} was rejected.`,
    REASONS[why.reason],
    why.note,
  ]);

/** To its clipper. @param reversed what it had earned, for a person to read */
export const revokedNotice = (
  submission: Reviewed,
  campaign: string,
  why: { reason: RejectionReason; note: string | null },
  reversed: string,
) =>
  about(NotificationType.SUBMISSION_REVOKED, submission, `Your clip was taken out of "${campaign}"`, [
    `${submission.canonicalUrl} was revoked; the ${reversed} that it had earned was taken back.`,
    REASONS[why.reason],
    why.note,
  ]);
