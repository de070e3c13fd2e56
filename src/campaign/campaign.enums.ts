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
  description: 'Where a campaign stands. ACTIVE and PAUSED are open; COMPLETED and CANCELLED are final.',
  valuesConfig: {
    DRAFT: { description: 'Being prepared; seen by admins alone.' },
    SCHEDULED: { description: 'Published, its start still ahead.' },
    ACTIVE: { description: 'Open: clips are submitted, tracked and paid.' },
    PAUSED: { description: 'Open, but nothing is submitted and no round begins; pay is delayed, not cancelled.' },
    COMPLETED: { description: 'Ended: its budget filled, its deadline passed, or an admin completed it.' },
    CANCELLED: { description: 'Ended by an admin; what was earned until then stands.' },
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
