import { OptionalProps } from '@mikro-orm/core';
import { Check, Entity, Enum, Index, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';

export enum Role {
  CLIPPER = 'CLIPPER',
  ADMIN = 'ADMIN',
}

registerEnumType(Role, {
  name: 'Role',
  description: 'What a user may do.',
  valuesConfig: {
    CLIPPER: { description: 'Posts clips, submits their links and is paid.' },
    ADMIN: { description: 'Runs campaigns, reviews submissions and pays clippers.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A person who signs in. Only that person and admins can read it.',
})
@Entity({ tableName: 'user' })
@Unique({ name: 'user_subject_unique', properties: ['subject'] })
@Unique({ name: 'user_profile_unique', properties: ['profileId'] })
@Index({
  name: 'user_imported_email_index',
  expression:
    'create index user_imported_email_index on "user" (lower(email)) where starts_with(subject, \'imported:\')',
})
@Index({ name: 'user_role_index', properties: ['role', 'id'] })
@Index({
  name: 'user_search_index',
  expression: 'create index user_search_index on "user" using gin (name gin_trgm_ops, email gin_trgm_ops)',
})
@Check({ name: 'user_name_length', expression: 'char_length(name) >= 1 and char_length(name) <= 100' })
export class User {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** The `sub` of the token: who this is at the identity provider. @see docs/domain.md U1 */
  @Property({ type: 'text' })
  subject!: string;

  @Field(() => String, { description: 'E-mail address as the identity provider gives it.' })
  @Property({ type: 'text' })
  email!: string;

  /** Null until the user or their token gives one; then "Clipper ..." is shown. @see docs/domain.md U4 */
  @Property({ type: 'text', nullable: true, fieldName: 'name' })
  givenName: string | null = null;

  @Field(() => Role, { description: 'What the user may do.' })
  @Enum({ items: () => Role, type: 'text' })
  role!: Role;

  @Field(() => Date, { description: 'When the user first signed in.' })
  @Property({ type: 'timestamptz', length: 3 })
  createdAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When the user was suspended; null when not suspended.',
  })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  suspendedAt: Date | null = null;

  /** When everything personal was taken out of this row; null for a person. @see docs/domain.md U6 */
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  erasedAt: Date | null = null;

  /** The id of what everyone may know of the user: version 0.1.0, which knows of none, leaves it to the database. */
  @Property({ type: 'uuid', defaultRaw: 'gen_random_uuid()' })
  profileId!: string;

  [OptionalProps]?: 'profileId';
}
