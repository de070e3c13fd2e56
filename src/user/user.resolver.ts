import { sql } from 'kysely';
import {
  Arg,
  Args,
  ArgsType,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { RequestContext, Row } from '../infra/context.js';
import { checkSearch } from '../infra/database/search.js';
import {
  type Connection,
  connectionOf,
  IdArgs,
  newestFirst,
  PageArgs,
  pageOf,
  sliceOf,
} from '../infra/graphql/connection.js';
import { isId } from '../infra/identifier.js';
import { ownsOrAdmin, signedIn } from './access.js';
import { setUserRole, suspendUser, unsuspendUser, updateProfile } from './administration.service.js';
import { Grant } from './grants.js';
import { Role, User } from './user.entity.js';
import { userById } from './user.loaders.js';
import { displayName } from './user.rules.js';
import { countUsers, findUserPage } from './user.sql.js';

const UserConnection = connectionOf('User', () => User);

@ArgsType()
class UsersArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Text in the name or e-mail, up to 100 characters, or an id.' })
  search?: string | null;

  @Field(() => Role, { nullable: true, description: 'Only users of this role.' })
  role?: Role | null;
}

@Resolver(() => User)
export class UserResolver {
  @Authorized(Grant.ANYONE)
  @Query(() => User, { nullable: true, description: 'Whoever asks; null without a token.' })
  me(@Ctx() { viewer, load }: RequestContext): Promise<User | null> | null {
    return viewer ? load(userById).load(viewer.id) : null;
  }

  @Authorized(Grant.OWNER, Grant.ADMIN)
  @Query(() => User, { nullable: true, description: 'A user, for that user and for admins; null for anyone else.' })
  async user(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<User | null> {
    return isId(id) && ownsOrAdmin(context.viewer, id) ? context.load(userById).load(id) : null;
  }

  @FieldResolver(() => String, { description: 'Public name: the one given, or "Clipper" and 6 characters of the id.' })
  name(@Root() user: Row<User>): string {
    return displayName(user);
  }

  @Authorized(Grant.ADMIN)
  @Query(() => UserConnection, { description: 'Users, newest first. Admins only.' })
  async users(@Args(() => UsersArgs) args: UsersArgs, @Ctx() { em }: RequestContext): Promise<Connection<User>> {
    const filter = { search: checkSearch(args.search), role: args.role };
    const slice = sliceOf(args, newestFirst(sql`u.id`));
    return pageOf(await findUserPage(em, filter, slice), slice, () => countUsers(em, filter));
  }

  @Authorized()
  @Mutation(() => User, { description: 'Changes one’s own public name.' })
  updateProfile(
    @Arg('name', () => String, { description: '1 to 100 characters, not an e-mail address.' }) name: string,
    @Ctx() context: RequestContext,
  ): Promise<User> {
    return updateProfile(context.em, signedIn(context), name);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => User, { description: 'Changes the role of another user. Admins only.' })
  setUserRole(
    @Arg('id', () => ID, { description: 'The user.' }) id: string,
    @Arg('role', () => Role, { description: 'The new role.' }) role: Role,
    @Ctx() context: RequestContext,
  ): Promise<User> {
    return setUserRole(context.em, context.deps, signedIn(context), id, role);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => User, {
    description: 'Suspends another user: every call of theirs is refused. Their clips stay and earn. Admins only.',
  })
  suspendUser(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<User> {
    return suspendUser(context.em, context.deps, signedIn(context), id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => User, { description: 'Ends the suspension of a user. Admins only.' })
  unsuspendUser(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<User> {
    return unsuspendUser(context.em, context.deps, signedIn(context), id);
  }
}
