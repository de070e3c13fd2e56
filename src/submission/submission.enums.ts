import { registerEnumType } from 'type-graphql';

export enum SubmissionStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  REJECTED = 'REJECTED',
  WITHDRAWN = 'WITHDRAWN',
}

export enum RejectionReason {
  DUPLICATE = 'DUPLICATE',
  NOT_OWNER = 'NOT_OWNER',
  REQUIREMENTS_NOT_MET = 'REQUIREMENTS_NOT_MET',
  OUTSIDE_DATES = 'OUTSIDE_DATES',
  FRAUDULENT_VIEWS = 'FRAUDULENT_VIEWS',
  CAMPAIGN_ENDED = 'CAMPAIGN_ENDED',
  OTHER = 'OTHER',
}

export enum SubmissionOrder {
  SUBMITTED_AT_DESC = 'SUBMITTED_AT_DESC',
  SUBMITTED_AT_ASC = 'SUBMITTED_AT_ASC',
}

export enum ClipState {
  LIVE = 'LIVE',
  UNAVAILABLE = 'UNAVAILABLE',
  REVOKED = 'REVOKED',
}

registerEnumType(SubmissionStatus, {
  name: 'SubmissionStatus',
  description: 'The status of a submission.',
  valuesConfig: {
    PENDING: { description: 'Waiting for review.' },
    APPROVED: { description: 'Accepted: its clip is tracked and earns.' },
    REJECTED: { description: 'Refused, or revoked after approval.' },
    WITHDRAWN: { description: 'Withdrawn by its clipper before review.' },
  },
});

registerEnumType(RejectionReason, {
  name: 'RejectionReason',
  description: 'Why a submission was rejected or revoked.',
  valuesConfig: {
    DUPLICATE: { description: 'The same content was submitted before.' },
    NOT_OWNER: { description: 'The clip is not the submitter’s.' },
    REQUIREMENTS_NOT_MET: { description: 'It does not follow the rules of the campaign.' },
    OUTSIDE_DATES: { description: 'It was posted outside the dates of the campaign.' },
    FRAUDULENT_VIEWS: { description: 'Its views are not genuine.' },
    CAMPAIGN_ENDED: { description: 'The campaign ended before it was reviewed. Set by the system alone.' },
    OTHER: { description: 'Something else: see the note.' },
  },
});

registerEnumType(ClipState, {
  name: 'ClipState',
  description: 'The state of a clip. LIVE and UNAVAILABLE clips are approved.',
  valuesConfig: {
    LIVE: { description: 'Tracked in every round of its campaign.' },
    UNAVAILABLE: {
      description: 'It could not be read for a long time. It keeps what it earned and is tried once a day.',
    },
    REVOKED: { description: 'Revoked by an admin. Its earnings were reversed and it earns nothing more.' },
  },
});

registerEnumType(SubmissionOrder, {
  name: 'SubmissionOrder',
  description: 'In which order submissions are listed.',
  valuesConfig: {
    SUBMITTED_AT_DESC: { description: 'Newest first.' },
    SUBMITTED_AT_ASC: { description: 'Oldest first: those that have waited longest.' },
  },
});
