import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../infra/context.js';
import { Grant } from '../user/grants.js';
import { limitRate } from '../user/limit-rate.js';
import { readNow } from './read-now.js';
import { checkLink, resolveLink } from './resolve-link.js';
import { ReadingOutcome, ViewProbe } from './view-probe.js';

@Resolver()
export class ProbeResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => ViewProbe, {
    description: 'Reads the view count of one link now and stores nothing. Use it to test the source. Admins only.',
  })
  async probeViews(
    @Arg('url', () => String, { description: 'Full link of one clip.' }) url: string,
    @Ctx() context: RequestContext,
  ): Promise<ViewProbe> {
    await limitRate(context, 'probeViews');
    const { em, deps } = context;
    const video = await resolveLink(deps, 'url', checkLink('url', url).leadsTo);
    const observation = await readNow(em, deps, video);
    return {
      ...video,
      outcome: ReadingOutcome[observation.kind],
      views: observation.kind === 'VALUE' ? observation.views : null,
    };
  }
}
