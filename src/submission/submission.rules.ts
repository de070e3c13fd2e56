import type { Campaign } from '../campaign/campaign.entity.js';
import { CampaignStatus } from '../campaign/campaign.enums.js';
import { isOpen, isPastEnd } from '../campaign/campaign.rules.js';
import type { Viewer } from '../infra/context.js';
import type { Video } from '../platform/link.rules.js';
import { badInput, conflict, forbidden } from '../shared/errors.js';
import { isPrintable } from '../shared/text.js';
import type { ClipSubmission } from './clip-submission.entity.js';
import { RejectionReason, SubmissionStatus } from './submission.enums.js';

const NOTE_LENGTH_LIMIT = 1_000;

/**
 * Whether a campaign takes this clip now.
 * @throws BAD_USER_INPUT not one of its platforms; CONFLICT not ACTIVE, or from its end on
 * @see docs/domain.md S3
 */
export function requireSubmittable(
  campaign: Pick<Campaign, 'platforms' | 'status' | 'endsAt'>,
  video: Pick<Video, 'platform'> | null,
  now: Date,
): void {
  if (video && !campaign.platforms.includes(video.platform)) {
    throw badInput(
      'input.url',
      `This campaign takes clips of ${campaign.platforms.join(', ')}, not of ${video.platform}.`,
    );
  }
  if (campaign.status !== CampaignStatus.ACTIVE)
    throw conflict(`The campaign is ${campaign.status}: clips are submitted while it is ACTIVE.`);
  if (isPastEnd(campaign, now)) throw conflict('The deadline of the campaign has passed.');
}

/**
 * Of submissions of the same clip to the same campaign: answers the one that a repeated call gets back, refuses where
 * one stands in the way.
 * @throws CONFLICT the clip is in the campaign already, or was revoked from it
 * @see docs/domain.md S2, S4, S6
 */
export function repeatedSubmission<S extends Pick<ClipSubmission, 'clipperId' | 'status' | 'revoked'>>(
  standing: S | undefined,
  clipperId: string,
): S | undefined {
  if (!standing) return undefined;
  if (standing.revoked) throw conflict('This clip was removed from the campaign and cannot come back to it.');
  if (standing.status === SubmissionStatus.PENDING && standing.clipperId === clipperId) return standing;
  throw conflict('This clip has already been submitted to the campaign.');
}

/**
 * Whether a reviewer may decide on a submission now.
 * @throws FORBIDDEN their own; CONFLICT its campaign is not open, or it does not stand as it must
 * @see docs/domain.md S5, U3
 */
export function requireReviewable(
  submission: ClipSubmission,
  campaign: Pick<Campaign, 'status'>,
  reviewer: Viewer,
  status: SubmissionStatus,
): void {
  requireOthers(submission, reviewer);
  if (!isOpen(campaign.status))
    throw conflict(`The campaign is ${campaign.status}: submissions are decided on while it is open.`);
  requireStatus(submission, status);
}

function requireOthers(submission: Pick<ClipSubmission, 'clipperId'>, reviewer: Viewer): void {
  if (submission.clipperId === reviewer.id) throw forbidden('Nobody decides on their own submission.');
}

function requireStatus(submission: Pick<ClipSubmission, 'status'>, status: SubmissionStatus): void {
  if (submission.status !== status) throw conflict(`The submission is ${submission.status}, not ${status}.`);
}

/**
 * Whether a reviewer may revoke a submission: its campaign is open, or has ended and its earnings are not available
 * yet.
 * @param now the database's clock, read after the last lock
 * @throws FORBIDDEN their own; CONFLICT not APPROVED, or its earnings are available
 * @see docs/domain.md S5, S6, U3
 */
export function requireRevocable(
  submission: Pick<ClipSubmission, 'clipperId' | 'status'>,
  campaign: Pick<Campaign, 'status' | 'earningsAvailableAt'>,
  reviewer: Viewer,
  now: Date,
): void {
  requireOthers(submission, reviewer);
  const { status, earningsAvailableAt } = campaign;
  const maturing = earningsAvailableAt !== null && earningsAvailableAt > now;
  if (!isOpen(status) && !maturing)
    throw conflict(
      `The campaign is ${status}: a submission is revoked while it is open, or after its end until its earnings are available.`,
    );
  requireStatus(submission, SubmissionStatus.APPROVED);
}

/**
 * A reopened submission must not be one that was revoked.
 * @throws CONFLICT
 * @see docs/domain.md S6
 */
export function requireReopenable(submission: ClipSubmission): void {
  if (submission.revoked) throw conflict('A revoked submission cannot be reopened.');
}

/**
 * Checks what a reviewer gives as the reason.
 * @throws BAD_USER_INPUT
 */
export function checkRejection(input: { reason: RejectionReason; note?: string | null }): {
  reason: RejectionReason;
  note: string | null;
} {
  if (input.reason === RejectionReason.CAMPAIGN_ENDED) {
    const accepted = Object.values(RejectionReason).filter((reason) => reason !== RejectionReason.CAMPAIGN_ENDED);
    throw badInput('input.reason', `CAMPAIGN_ENDED is set by the system. Give one of ${accepted.join(', ')}.`);
  }
  const note = input.note?.normalize('NFC').trim() || null;
  if (note && !isPrintable(note, NOTE_LENGTH_LIMIT)) {
    throw badInput('input.note', `note must be at most ${NOTE_LENGTH_LIMIT} characters without control characters.`);
  }
  return { reason: input.reason, note };
}
