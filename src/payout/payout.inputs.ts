import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { PageArgs } from '../infra/graphql/connection.js';
import { CalendarDate, Money } from '../infra/graphql/scalars.js';
import { PayoutMethod, PayoutRequestStatus } from './payout.enums.js';
import type { PayoutInput } from './request-payout.service.js';

@InputType({ description: 'A payout to be requested.' })
export class RequestPayoutInput implements PayoutInput {
  @Field(() => Money, {
    description: "At least the installation's minimum, at most the available balance, in whole coins of the currency.",
  })
  amount!: bigint;

  @Field(() => PayoutMethod, { description: 'How to pay.' })
  method!: PayoutMethod;

  @Field(() => String, {
    description: 'Where to pay: a PayPal address, an IBAN, ... Up to 500 characters; only you and admins see it.',
  })
  details!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A key of your own, 1 to 100 characters. The same key with the same input returns the request that it made.',
  })
  idempotencyKey?: string | null;
}

@ArgsType()
export class PayoutRequestsArgs extends PageArgs {
  @Field(() => PayoutRequestStatus, { nullable: true, description: 'Only those with one of these statuses.' })
  status?: PayoutRequestStatus | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this clipper.' })
  clipperId?: string | null;
}

@ArgsType()
export class PayoutsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those to this clipper.' })
  clipperId?: string | null;

  @Field(() => PayoutMethod, { nullable: true, description: 'Only those paid by this method.' })
  method?: PayoutMethod | null;

  @Field(() => CalendarDate, { nullable: true, description: 'Only those paid on this day (UTC) or later.' })
  from?: string | null;

  @Field(() => CalendarDate, { nullable: true, description: 'Only those paid on this day (UTC) or earlier.' })
  to?: string | null;
}
