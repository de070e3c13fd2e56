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
