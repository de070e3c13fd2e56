import { Authorized, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { RequestContext } from './infra/context.js';
import { Money } from './infra/graphql/scalars.js';
import { PRODUCT_VERSION } from './infra/product-version.js';
import { PayoutMethod } from './payout/payout.enums.js';
import { Grant } from './user/grants.js';

@ObjectType('SignIn', {
  simpleResolvers: true,
  description: 'What a client needs to sign somebody in by OpenID Connect.',
})
export class SignIn {
  @Field(() => String, { description: 'The identity provider. Its discovery document names its endpoints.' })
  issuer!: string;

  @Field(() => String, { description: 'Whom the provider knows the client by. It has no secret: code flow with PKCE.' })
  clientId!: string;

  @Field(() => String, { description: 'What to ask for, separated by spaces.' })
  scope!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Sent to the provider as audience and resource; null for neither.',
  })
  audience!: string | null;

  @Field(() => String, { description: 'Which token the API accepts: "access" or "id".' })
  token!: string;
}

@ObjectType('Settings', {
  simpleResolvers: true,
  description: 'The settings of this installation that a client needs.',
})
export class InstallationSettings {
  @Field(() => String, { description: 'The one currency of all money, as in "USD".' })
  currency!: string;

  @Field(() => Money, { description: 'The least that a payout can be requested for.' })
  payoutMinimum!: bigint;

  @Field(() => Int, {
    description:
      'Days between the end of a campaign and the moment its earnings can be paid out; fixed when a campaign ends.',
  })
  payoutHoldDays!: number;

  @Field(() => [PayoutMethod], { description: 'How clippers can be paid.' })
  payoutMethods!: PayoutMethod[];

  @Field(() => Int, { description: 'Clips that one clipper can submit in a day (UTC).' })
  submissionsPerDay!: number;

  @Field(() => SignIn, {
    nullable: true,
    description: 'How to sign in by OpenID Connect; null where tokens are had elsewhere.',
  })
  signIn!: SignIn | null;

  @Field(() => String, { description: 'The version of this installation, as in "0.2.0".' })
  version!: string;

  @Field(() => String, { description: 'When clips are tracked, in cron syntax (UTC), or "off".' })
  trackingSchedule!: string;
}

@Resolver()
export class SettingsResolver {
  @Authorized(Grant.ANYONE)
  @Query(() => InstallationSettings, { description: 'The settings of this installation that a client needs.' })
  settings(@Ctx() { deps }: RequestContext): InstallationSettings {
    const { CURRENCY, PAYOUT_MINIMUM, PAYOUT_HOLD_DAYS, SUBMISSIONS_PER_DAY, TRACKING_SCHEDULE } = deps.settings;
    return {
      currency: CURRENCY,
      payoutMinimum: PAYOUT_MINIMUM,
      payoutHoldDays: PAYOUT_HOLD_DAYS,
      payoutMethods: Object.values(PayoutMethod),
      submissionsPerDay: SUBMISSIONS_PER_DAY,
      signIn: deps.settings.signIn,
      version: PRODUCT_VERSION,
      trackingSchedule: TRACKING_SCHEDULE,
    };
  }
}
