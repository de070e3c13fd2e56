import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { PageArgs } from '../infra/graphql/connection.js';
import { Platform } from '../platform/platform.js';
import { ClipState, RejectionReason, SubmissionOrder, SubmissionStatus } from './submission.enums.js';

@InputType({ description: 'A clip offered to a campaign.' })
export class SubmitClipInput {
  @Field(() => ID, { description: 'The campaign: ACTIVE and before its end.' })
  campaignId!: string;

  @Field(() => String, {
    description: 'Link of one clip on a platform of the campaign, or a text that holds exactly one link.',
  })
  url!: string;
}

@InputType({
  description: 'Why a submission is rejected or revoked. CAMPAIGN_ENDED is not accepted: only the system sets it.',
})
export class RejectionInput {
  @Field(() => RejectionReason, { description: 'The reason; anything but CAMPAIGN_ENDED.' })
  reason!: RejectionReason;

  @Field(() => String, { nullable: true, description: 'A note to the clipper, up to 1,000 characters.' })
  note?: string | null;
}

@ArgsType()
export class SubmissionsOfCampaignArgs extends PageArgs {
  @Field(() => SubmissionStatus, { nullable: true, description: 'Only those with one of these statuses.' })
  status?: SubmissionStatus | null;
}

@ArgsType()
export class SubmissionsOfClipperArgs extends SubmissionsOfCampaignArgs {
  @Field(() => ID, { nullable: true, description: 'Only those to this campaign.' })
  campaignId?: string | null;
}

@ArgsType()
export class SubmissionsArgs extends SubmissionsOfClipperArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this clipper.' })
  clipperId?: string | null;

  @Field(() => Platform, { nullable: true, description: 'Only those on this platform.' })
  platform?: Platform | null;

  @Field(() => SubmissionOrder, {
    nullable: true,
    defaultValue: SubmissionOrder.SUBMITTED_AT_DESC,
    description: 'The order; null for newest first.',
  })
  orderBy!: SubmissionOrder | null;
}

@ArgsType()
export class ClipsArgs extends PageArgs {
  @Field(() => ClipState, { nullable: true, description: 'Only clips in this state.' })
  state?: ClipState | null;

  @Field(() => ID, { nullable: true, description: 'Only clips in this campaign.' })
  campaignId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether its newest reading is SUSPECT; none for both.' })
  suspect?: boolean | null;
}
