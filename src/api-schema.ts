import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { AdInsightResolver, CampaignAdInsightResolver } from './adinsights/ad-insight.resolver.js';
import { ForecastResolver } from './analytics/forecast.resolver.js';
import { PlatformAnalyticsResolver } from './analytics/platform.resolver.js';
import { CampaignTimelineResolver, UserTimelineResolver } from './analytics/timeline.resolver.js';
import { CampaignResolver } from './campaign/campaign.resolver.js';
import { LeaderboardResolver } from './earnings/boards/board.resolver.js';
import { ClipEarningsResolver, EarningEntryResolver, EndingResolver } from './earnings/earnings.resolver.js';
import { CampaignSettledResolver } from './earnings/settlement/campaign-settled.resolver.js';
import { readTypesOfNodes } from './infra/graphql/node.js';
import { DateTime } from './infra/graphql/scalars.js';
import { NodeResolver } from './node/node.resolver.js';
import { AuditSubjectResolver, NotificationSubjectResolver } from './node/subject.resolver.js';
import {
  NotificationConnectionResolver,
  NotificationResolver,
  UserNotificationsResolver,
} from './notification/notification.resolver.js';
import { PayoutRequestResolver, PayoutResolver, UserPayoutsResolver } from './payout/payout.resolver.js';
import { UserFiguresResolver } from './payout/user-figures.resolver.js';
import { ProbeResolver } from './platform/probe.resolver.js';
import { UsageResolver } from './platform/usage.resolver.js';
import { PrivacyResolver } from './privacy/privacy.resolver.js';
import { ConsistencyResolver } from './proof/consistency.resolver.js';
import { SpendSyncResolver } from './proof/spend-sync.resolver.js';
import { SettingsResolver } from './settings.resolver.js';
import { ClipResolver } from './submission/clip.resolver.js';
import {
  CampaignSubmissionsResolver,
  SubmissionResolver,
  UserSubmissionsResolver,
} from './submission/submission.resolver.js';
import {
  CampaignRoundsResolver,
  ClipReadingsResolver,
  TrackingRoundResolver,
  TrackingRunResolver,
} from './tracking/tracking.resolver.js';
import { AccessChecker } from './user/access.js';
import { checkAccessRules } from './user/access-rules.js';
import { AuditResolver } from './user/audit.resolver.js';
import { ClipperProfileResolver } from './user/clipper-profile.resolver.js';
import { UserResolver } from './user/user.resolver.js';

const NOTHING: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

/**
 * The schema of all rooms: the list of their resolvers.
 * @throws Error a field without a rule of access, or a rule with a grant that there is not. @see docs/domain.md U5
 */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      SettingsResolver,
      NodeResolver,
      AuditSubjectResolver,
      NotificationSubjectResolver,
      UserResolver,
      ClipperProfileResolver,
      NotificationResolver,
      NotificationConnectionResolver,
      UserNotificationsResolver,
      ProbeResolver,
      UsageResolver,
      CampaignResolver,
      SubmissionResolver,
      CampaignSubmissionsResolver,
      UserSubmissionsResolver,
      ClipResolver,
      TrackingRunResolver,
      TrackingRoundResolver,
      CampaignRoundsResolver,
      ClipReadingsResolver,
      ClipEarningsResolver,
      EarningEntryResolver,
      EndingResolver,
      CampaignSettledResolver,
      UserFiguresResolver,
      LeaderboardResolver,
      CampaignTimelineResolver,
      UserTimelineResolver,
      ForecastResolver,
      PlatformAnalyticsResolver,
      AuditResolver,
      ConsistencyResolver,
      SpendSyncResolver,
      AdInsightResolver,
      CampaignAdInsightResolver,
      PayoutRequestResolver,
      PayoutResolver,
      UserPayoutsResolver,
      PrivacyResolver,
    ],
    authChecker: AccessChecker,
    scalarsMap: [{ type: Date, scalar: DateTime }],
    // Subscriptions bring their own source; type-graphql asks for one all the same.
    pubSub: { publish: () => undefined, subscribe: () => NOTHING },
    validate: false,
    disableInferringDefaultValues: true,
  });
  readTypesOfNodes(schema);
  describeRoots(schema);
  checkAccessRules();
  return schema;
}

/** type-graphql makes the three roots by itself, without a word. */
function describeRoots(schema: GraphQLSchema): void {
  const texts = [
    [schema.getQueryType(), 'What can be read. A thing that the caller may not see is null, and a list leaves it out.'],
    [schema.getMutationType(), 'What can be changed. Each answers what it changed, as it is afterwards.'],
    [schema.getSubscriptionType(), 'What can be followed, over a WebSocket at the same address.'],
  ] as const;
  for (const [root, text] of texts) if (root) root.description = text;
}
