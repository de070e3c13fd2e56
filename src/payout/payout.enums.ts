import { registerEnumType } from 'type-graphql';

export enum PayoutMethod {
  PAYPAL = 'PAYPAL',
  BANK_TRANSFER = 'BANK_TRANSFER',
  STRIPE = 'STRIPE',
  CRYPTO = 'CRYPTO',
}

registerEnumType(PayoutMethod, {
  name: 'PayoutMethod',
  description: 'How a clipper is paid.',
  valuesConfig: {
    PAYPAL: { description: 'To a PayPal address.' },
    BANK_TRANSFER: { description: 'To a bank account.' },
    STRIPE: { description: 'To a Stripe account.' },
    CRYPTO: { description: 'To a wallet.' },
  },
});

export enum PayoutRequestStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  COMPLETED = 'COMPLETED',
  RETURNED = 'RETURNED',
  REJECTED = 'REJECTED',
  CANCELLED = 'CANCELLED',
}

registerEnumType(PayoutRequestStatus, {
  name: 'PayoutRequestStatus',
  description: 'The status of a payout request. PENDING and APPROVED are open: their amount is not available.',
  valuesConfig: {
    PENDING: { description: 'Waits for an admin.' },
    APPROVED: { description: 'Will be paid.' },
    COMPLETED: { description: 'Was paid.' },
    RETURNED: { description: "Was paid and came back: the money is the clipper's again." },
    REJECTED: { description: 'Refused by an admin, with a note.' },
    CANCELLED: { description: 'Taken back by the clipper.' },
  },
});
