import { registerEnumType } from 'type-graphql';

export enum RunTrigger {
  SCHEDULE = 'SCHEDULE',
  MANUAL = 'MANUAL',
  HTTP = 'HTTP',
}

export enum RunStatus {
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
}

export enum RoundStatus {
  PENDING = 'PENDING',
  READING = 'READING',
  SETTLED = 'SETTLED',
  ABANDONED = 'ABANDONED',
  FAILED = 'FAILED',
}

/**
 * Why a round moved no money, as the rules need to know it; its reason says it in words.
 * @see docs/domain.md T6, T10, T12
 */
export enum AbandonCause {
  TOO_MANY_UNREAD = 'TOO_MANY_UNREAD',
  BUDGET_NEEDS_EVERY_CLIP = 'BUDGET_NEEDS_EVERY_CLIP',
  CAMPAIGN_NOT_OPEN = 'CAMPAIGN_NOT_OPEN',
  TIME_LIMIT = 'TIME_LIMIT',
}

registerEnumType(RunTrigger, {
  name: 'RunTrigger',
  description: 'What started a tracking run.',
  valuesConfig: {
    SCHEDULE: { description: 'The schedule.' },
    MANUAL: { description: 'An admin, by startTrackingRun.' },
    HTTP: { description: 'An outside scheduler, by the cron endpoint.' },
  },
});

registerEnumType(RunStatus, {
  name: 'RunStatus',
  description: 'The status of a tracking run.',
  valuesConfig: {
    RUNNING: { description: 'At least one of its rounds is not finished.' },
    SUCCEEDED: { description: 'All its rounds are settled or abandoned.' },
    FAILED: { description: 'At least one of its rounds failed.' },
  },
});

registerEnumType(RoundStatus, {
  name: 'RoundStatus',
  description: 'The status of the round of one campaign.',
  valuesConfig: {
    PENDING: { description: 'Planned; not begun.' },
    READING: { description: 'Its clips are being read.' },
    SETTLED: { description: 'Its readings became earnings.' },
    ABANDONED: {
      description: 'Its readings are kept and raise views, but nothing was paid. The next settlement pays it.',
    },
    FAILED: { description: 'It failed after errors. Nothing was written.' },
  },
});
