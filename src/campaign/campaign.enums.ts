import { registerEnumType } from 'type-graphql';

export enum CampaignStatus {
  DRAFT = 'DRAFT',
  SCHEDULED = 'SCHEDULED',
  ACTIVE = 'ACTIVE',
  PAUSED = 'PAUSED',
  COMPLETED = 'COMPLETED',
  CANCELLED = 'CANCELLED',
}

export enum CompletionReason {
  BUDGET_FILLED = 'BUDGET_FILLED',
  DEADLINE = 'DEADLINE',
  MANUAL = 'MANUAL',
}

export enum CampaignOrder {
  CREATED_AT_DESC = 'CREATED_AT_DESC',
  BUDGET_DESC = 'BUDGET_DESC',
  CPM_DESC = 'CPM_DESC',
  ENDS_AT_ASC = 'ENDS_AT_ASC',
}

registerEnumType(CampaignStatus, {
  name: 'CampaignStatus',
  description: 'The status of a campaign. ACTIVE and PAUSED are open; COMPLETED and CANCELLED are final.',
  valuesConfig: {
    DRAFT: { description: 'In preparation. Only admins see it.' },
    SCHEDULED: { description: 'Published. It starts later.' },
    ACTIVE: { description: 'Open: clips are submitted, tracked and paid.' },
    PAUSED: { description: 'Open, but it accepts no clip and no round begins. Pay is delayed, not cancelled.' },
    COMPLETED: { description: 'Ended: its budget filled, its deadline passed, or an admin completed it.' },
    CANCELLED: { description: 'Ended by an admin. Clippers keep what they earned before.' },
  },
});

registerEnumType(CompletionReason, {
  name: 'CompletionReason',
  description: 'Why a campaign was completed.',
  valuesConfig: {
    BUDGET_FILLED: { description: 'What was spent reached the budget, exactly.' },
    DEADLINE: { description: 'Its end date passed.' },
    MANUAL: { description: 'An admin completed it.' },
  },
});

registerEnumType(CampaignOrder, {
  name: 'CampaignOrder',
  description: 'Order of a list of campaigns.',
  valuesConfig: {
    CREATED_AT_DESC: { description: 'Newest first.' },
    BUDGET_DESC: { description: 'Largest budget first.' },
    CPM_DESC: { description: 'Best pay first.' },
    ENDS_AT_ASC: { description: 'Nearest deadline first; campaigns without one last.' },
  },
});
