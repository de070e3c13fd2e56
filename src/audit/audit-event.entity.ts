import { Entity, Index, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'One change: who made it, how, and when. Never edited, never deleted.',
})
@Entity({ tableName: 'audit_event' })
@Index({ name: 'audit_event_subject_index', properties: ['subjectType', 'subjectId', 'id'] })
@Unique({
  name: 'audit_event_admin_by_email_once',
  properties: ['after'],
  where: "action = 'user.admin-by-email'",
})
@Unique({
  name: 'audit_event_campaign_event_once',
  properties: ['campaignEventId'],
  where: 'campaign_event_id is not null',
})
@Index({ name: 'audit_event_actor_index', properties: ['actorId', 'id'] })
@Index({ name: 'audit_event_action_index', properties: ['action', 'id'] })
@Index({
  name: 'audit_event_time_index',
  expression: 'create index audit_event_time_index on audit_event using brin (at)',
})
export class AuditEvent {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** Null: the schedule or a command. The user room adds the actor to the API. */
  @Property({ type: 'uuid', nullable: true })
  actorId: string | null = null;

  @Field(() => String, { description: 'How the change was made: "api", "schedule" or "command".' })
  @Property({ type: 'text' })
  via!: string;

  @Field(() => String, { description: 'What was done, as in "campaign.publish".' })
  @Property({ type: 'text' })
  action!: string;

  @Field(() => String, { description: 'Type of the thing that changed, as in "Campaign".' })
  @Property({ type: 'text' })
  subjectType!: string;

  @Field(() => ID, { description: 'Identifier of the thing that changed.' })
  @Property({ type: 'uuid' })
  subjectId!: string;

  /** The campaign event that was written with it; null where there is none. @see docs/domain.md L2, V1.13 */
  @Property({ type: 'uuid', nullable: true })
  campaignEventId: string | null = null;

  /** The number of that event in its campaign. */
  @Property({ type: 'integer', nullable: true })
  campaignEventNumber: number | null = null;

  @Field(() => String, { nullable: true, description: 'The value before the change, as JSON; null for a new thing.' })
  @Property({ type: 'text', nullable: true })
  before: string | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'The value after the change, as JSON; null when the thing was deleted.',
  })
  @Property({ type: 'text', nullable: true })
  after: string | null = null;

  @Field(() => Date, { description: 'When it was changed.' })
  @Property({ type: 'timestamptz', length: 3 })
  at!: Date;
}
