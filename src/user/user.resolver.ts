import { Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { IdArgs } from '../infra/connection.js';
import type { RequestContext } from '../infra/context.js';
import { isId } from '../infra/identifier.js';
import { notFound } from '../shared/errors.js';
import { ownsOrAdmin, signedIn } from './access.js';
import { User } from './user.entity.js';
import { userById } from './user.loaders.js';
import { displayName } from './user.rules.js';

@Resolver(() => User)
export class UserResolver {
  @Authorized()
  @Query(() => User, { description: 'Whoever asks.' })
  async me(@Ctx() context: RequestContext): Promise<User> {
    const user = await context.load(userById).load(signedIn(context).id);
    if (!user) throw notFound('User');
    return user;
  }

  @Authorized()
  @Query(() => User, { nullable: true, description: 'A user, for that user and for admins; null for anyone else.' })
  async user(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<User | null> {
    return isId(id) && ownsOrAdmin(context.viewer, id) ? context.load(userById).load(id) : null;
  }

  @FieldResolver(() => String, { description: 'Public name: the one given, or "Clipper" and 6 characters of the id.' })
  name(@Root() user: User): string {
    return displayName(user);
  }
}
