import { Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';
import type { User } from './user.entity.js';
import { displayName } from './user.rules.js';

@ObjectType({ simpleResolvers: true, implements: Node, description: 'What everyone may know of a clipper.' })
export class ClipperProfile {
  @Field(() => ID, { description: 'Opaque identifier of the profile; not the one of the user.' })
  id!: string;

  @Field(() => String, { description: 'Public name: the one given, or "Clipper" and 6 characters of the id.' })
  name!: string;

  /** Whose profile it is. Not in the API: clients ask for `user`. */
  userId!: string;
}

/** The public part of a user. @see docs/domain.md U4 */
export function profileOf({ id, profileId, givenName }: Pick<User, 'id' | 'profileId' | 'givenName'>): ClipperProfile {
  return { id: profileId, name: displayName({ id, givenName }), userId: id };
}
