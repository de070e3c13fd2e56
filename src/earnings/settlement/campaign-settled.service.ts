import { visibleCampaign } from '../../campaign/campaign.loaders.js';
import type { RequestContext } from '../../infra/context.js';
import type { EntityManager } from '../../infra/database/database.js';
import { isId } from '../../infra/identifier.js';
import { publish, type Told } from '../../infra/queue/pub-sub.js';
import { notFound } from '../../shared/errors.js';
import { countSubmissionsOf } from '../../submission/submission.sql.js';
import { findLastSettled } from '../../tracking/round-pages.sql.js';
import { signedIn } from '../../user/access.js';

const topicOf = (campaignId: string) => `campaign-settled ${campaignId}`;

/** Tells, when the transaction commits, that a round of a campaign has settled. */
export async function publishSettled(em: EntityManager, campaignId: string, roundId: string): Promise<void> {
  await publish(em, { topic: topicOf(campaignId), id: roundId });
}

/**
 * The settlements of a campaign that happen after the call, by whichever instance; each once. When the connection
 * between instances
 * was lost, the newest settlement of that time is published.
 * @throws NOT_FOUND there is none, or the viewer is neither an admin nor one of its clippers
 */
export async function followSettlements(context: RequestContext, campaignId: string): Promise<AsyncIterable<Told>> {
  await requireClipper(context, campaignId);
  const { em, pubSub } = context;
  const topic = topicOf(campaignId);
  const heard = pubSub.subscribe(topic);
  const newest = async () => (await findLastSettled(em.fork(), campaignId))?.id ?? null;
  // What was settled before, or published already: when news may have been lost, the newest is published unless it
  // is this one.
  let known = await newest();
  const done = { done: true as const, value: undefined };
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        for (;;) {
          const told = await heard.next();
          if (told.done) return done;
          const id = told.value.id ?? (await newest());
          if (told.value.id === null && id === known) continue;
          known = id;
          return { done: false as const, value: { topic, id } };
        }
      },
      return: async () => (await heard.return?.()) ?? done,
    }),
  };
}

/** A clipper of a campaign has a submission in it. */
async function requireClipper(context: RequestContext, campaignId: string): Promise<void> {
  const viewer = signedIn(context);
  const campaign = isId(campaignId) ? await context.load(visibleCampaign).load(campaignId) : null;
  if (!campaign) throw notFound('Campaign');
  if (viewer.admin) return;
  const [own] = await countSubmissionsOf(context.em.fork(), 'clipper_id', [viewer.id], { campaignId });
  if (!own?.count) throw notFound('Campaign');
}
