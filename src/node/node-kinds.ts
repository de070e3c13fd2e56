import { auditEventById } from '../audit/audit.loaders.js';
import { visibleCampaign } from '../campaign/campaign.loaders.js';
import { entryById } from '../earnings/earnings.loaders.js';
import type { LoaderDefinition, RequestContext } from '../infra/context.js';
import { type Typed, typed } from '../infra/graphql/node.js';
import { notificationById } from '../notification/notification.loaders.js';
import { payoutById, requestById } from '../payout/payout.loaders.js';
import { clipById, submissionById } from '../submission/submission.loaders.js';
import { readingById, roundById, runById } from '../tracking/tracking.loaders.js';
import { ownsOrAdmin } from '../user/access.js';
import { profileById, userById } from '../user/user.loaders.js';

/** How things of one type are found by their id. */
export interface NodeKind {
  /** The table that their ids stand in. */
  table: string;
  /** The column of their ids; none for "id". */
  column?: string;
  /** The thing, or null where the caller may not see it. */
  find(context: RequestContext, id: string): Promise<object | null>;
}

type Seen<Row> = (context: RequestContext, row: Row) => boolean | Promise<boolean>;

/** Things that are read first: whose they are stands in their row. */
const kind = <Row extends object>(
  table: string,
  loader: LoaderDefinition<string, Row | null>,
  seen: Seen<Row>,
): NodeKind => ({
  table,
  async find(context, id) {
    const row = await context.load(loader).load(id);
    return row && (await seen(context, row)) ? row : null;
  },
});

const forAdmins = <Row extends object>(table: string, loader: LoaderDefinition<string, Row | null>): NodeKind => ({
  table,
  find: async ({ viewer, load }, id) => (viewer?.admin ? load(loader).load(id) : null),
});

const ofClipper: Seen<{ clipperId: string }> = ({ viewer }, { clipperId }) => ownsOrAdmin(viewer, clipperId);

/** What belongs to a clip is seen by whoever sees the clip. */
const ofClip: Seen<{ clipId: string }> = async (context, { clipId }) => {
  if (context.viewer?.admin) return true;
  const clip = await context.load(clipById).load(clipId);
  return clip !== null && (await ofClipper(context, clip));
};

/**
 * Every type that has an id, by its name in the schema, each under the rules of its type. A type that is missing here
 * fails test/guard/node.test.ts.
 * @see docs/domain.md U5
 */
export const NODE_KINDS: Readonly<Record<string, NodeKind>> = {
  User: kind('user', userById, ({ viewer }, { id }) => ownsOrAdmin(viewer, id)),
  ClipperProfile: { ...kind('user', profileById, () => true), column: 'profile_id' },
  // The loader itself leaves out what the caller may not see.
  Campaign: kind('campaign', visibleCampaign, () => true),
  ClipSubmission: kind('clip_submission', submissionById, ofClipper),
  Clip: kind('clip', clipById, ofClipper),
  ViewTracking: kind('view_tracking', readingById, ofClip),
  EarningEntry: kind('earning_entry', entryById, ofClip),
  PayoutRequest: kind('payout_request', requestById, ofClipper),
  Payout: kind('payout', payoutById, ofClipper),
  Notification: kind('notification', notificationById, ({ viewer }, { userId }) => ownsOrAdmin(viewer, userId)),
  TrackingRun: forAdmins('tracking_run', runById),
  TrackingRound: forAdmins('tracking_round', roundById),
  AuditEvent: forAdmins('audit_event', auditEventById),
};

/** A thing of a known type; null where there is none of that type, where it is gone, and where the caller may not see it. */
export async function findNode(context: RequestContext, type: string, id: string): Promise<(object & Typed) | null> {
  const found = Object.hasOwn(NODE_KINDS, type) ? await NODE_KINDS[type]?.find(context, id) : null;
  return found ? typed(type, found) : null;
}
