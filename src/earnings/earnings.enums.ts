import { registerEnumType } from 'type-graphql';

export enum EarningReason {
  ACCRUAL = 'ACCRUAL',
  REVERSAL = 'REVERSAL',
  ADJUSTMENT = 'ADJUSTMENT',
}

export enum EarningCap {
  NONE = 'NONE',
  CLIP_MAXIMUM = 'CLIP_MAXIMUM',
  BUDGET_SHARE = 'BUDGET_SHARE',
}

registerEnumType(EarningReason, {
  name: 'EarningReason',
  description: "Why a clip's earnings changed.",
  valuesConfig: {
    ACCRUAL: { description: 'A round paid for counted views.' },
    REVERSAL: { description: 'The clip was revoked: minus all that it had earned.' },
    ADJUSTMENT: { description: 'Opening earnings of an imported clip.' },
  },
});

registerEnumType(EarningCap, {
  name: 'EarningCap',
  description: 'What kept an entry below the full pay for its views.',
  valuesConfig: {
    NONE: { description: 'Nothing: all counted views were paid.' },
    CLIP_MAXIMUM: { description: 'The maximum per clip.' },
    BUDGET_SHARE: { description: 'The budget: what remained was shared in proportion to what each clip was owed.' },
  },
});
