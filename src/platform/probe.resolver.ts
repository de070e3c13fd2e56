import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../infra/context.js';
import { badInput } from '../shared/errors.js';
import { Role } from '../user/user.entity.js';
import { reduceLink } from './link.rules.js';
import { readNow } from './read-now.js';
import { ReadingOutcome, ViewProbe } from './view-probe.js';

@Resolver()
export class ProbeResolver {
  @Authorized(Role.ADMIN)
  @Query(() => ViewProbe, {
    description: 'Reads the view count of one link now and stores nothing: the test of the source. Admins only.',
  })
  async probeViews(
    @Arg('url', () => String, { description: 'Full link of one clip.' }) url: string,
    @Ctx() { em, deps }: RequestContext,
  ): Promise<ViewProbe> {
    const video = reduceLink(url);
    if ('refused' in video) throw badInput('url', video.refused);
    const observation = await readNow(em, deps, video);
    return {
      ...video,
      outcome: ReadingOutcome[observation.kind],
      views: observation.kind === 'VALUE' ? observation.views : null,
    };
  }
}
