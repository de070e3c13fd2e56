import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext, Row } from '../infra/context.js';
import { ownsOrAdmin } from './access.js';
import { ClipperProfile } from './clipper-profile.js';
import { User } from './user.entity.js';
import { userById } from './user.loaders.js';

@Resolver(() => ClipperProfile)
export class ClipperProfileResolver {
  @FieldResolver(() => User, {
    nullable: true,
    description: 'The user, for that user and for admins; null for anyone else.',
  })
  user(@Root() { userId }: Row<ClipperProfile>, @Ctx() { load, viewer }: RequestContext): Promise<User | null> | null {
    return ownsOrAdmin(viewer, userId) ? load(userById).load(userId) : null;
  }
}
