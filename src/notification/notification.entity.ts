import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';
import { User } from '../user/user.entity.js';

export enum NotificationType {
  SUBMISSION_APPROVED = 'SUBMISSION_APPROVED',
  SUBMISSION_REJECTED = 'SUBMISSION_REJECTED',
  SUBMISSION_REVOKED = 'SUBMISSION_REVOKED',
  CLIP_UNAVAILABLE = 'CLIP_UNAVAILABLE',
  CAMPAIGN_COMPLETED = 'CAMPAIGN_COMPLETED',
  CAMPAIGN_CANCELLED = 'CAMPAIGN_CANCELLED',
  PAYOUT_READY = 'PAYOUT_READY',
  PAYOUT_REQUESTED = 'PAYOUT_REQUESTED',
  PAYOUT_APPROVED = 'PAYOUT_APPROVED',
  PAYOUT_COMPLETED = 'PAYOUT_COMPLETED',
  PAYOUT_REJECTED = 'PAYOUT_REJECTED',
  PAYOUT_CANCELLED = 'PAYOUT_CANCELLED',
  PAYOUT_RETURNED = 'PAYOUT_RETURNED',
  LAW_BROKEN = 'LAW_BROKEN',
  TRACKING_TROUBLE = 'TRACKING_TROUBLE',
}

registerEnumType(NotificationType, {
  name: 'NotificationType',
  description: 'The kind of event that a notification reports. Kinds may be added: clients must accept unknown ones.',
  valuesConfig: {
    SUBMISSION_APPROVED: { description: 'To its clipper: the clip is tracked and earns.' },
    SUBMISSION_REJECTED: { description: 'To its clipper: with the reason.' },
    SUBMISSION_REVOKED: {
      description: 'To its clipper: the approved clip was revoked and its earnings were reversed.',
    },
    CLIP_UNAVAILABLE: { description: 'To its clipper: the clip cannot be read any more; it keeps what it earned.' },
    CAMPAIGN_COMPLETED: { description: 'To every clipper with an approved clip in it.' },
    CAMPAIGN_CANCELLED: { description: 'To every clipper with an approved clip in it.' },
    PAYOUT_READY: { description: 'To a clipper: the balance has reached the minimum of a payout.' },
    PAYOUT_REQUESTED: { description: 'To admins: a payout waits for approval.' },
    PAYOUT_APPROVED: { description: 'To the clipper: it will be paid.' },
    PAYOUT_COMPLETED: { description: 'To the clipper: it has been paid.' },
    PAYOUT_REJECTED: { description: 'To the clipper: with a note; the money is in the balance again.' },
    PAYOUT_CANCELLED: { description: 'To admins and the clipper: taken back by the clipper.' },
    PAYOUT_RETURNED: { description: 'To the clipper: the payment came back; the money is in the balance again.' },
    LAW_BROKEN: { description: 'To admins: a law of docs/domain.md is broken.' },
    TRACKING_TROUBLE: {
      description:
        "To admins: a SUSPECT reading, a round given up, the source's key or quota, a plan that cannot keep up.",
    },
  },
});

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A notification of a user. Only that user and admins can read it.',
})
@Entity({ tableName: 'notification' })
@Index({ name: 'notification_user_index', properties: ['userId', 'id'] })
@Index({
  name: 'notification_trouble_index',
  properties: ['type', 'createdAt'],
  where: "type in ('LAW_BROKEN', 'TRACKING_TROUBLE')",
})
@Index({ name: 'notification_unread_index', properties: ['userId', 'id'], where: 'read_at is null' })
@Index({
  name: 'notification_about_index',
  properties: ['aboutId', 'userId'],
  where: 'read_at is null and about_id is not null',
})
export class Notification {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => User, {
    mapToPk: true,
    fieldName: 'user_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  userId!: string;

  @Field(() => NotificationType, { description: 'The kind of event that it reports.' })
  @Enum({ items: () => NotificationType, type: 'text' })
  type!: NotificationType;

  /** Shown by a field resolver, which fills in the name. */
  @Property({ type: 'text' })
  title!: string;

  @Property({ type: 'text' })
  body!: string;

  /**
   * Whose name stands where title and body hold NAME_PLACE; null: they are shown as they are.
   * @see docs/domain.md U7
   */
  @Property({ type: 'uuid', nullable: true })
  personId: string | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'Type of the thing it is about: Campaign, ClipSubmission, PayoutRequest, TrackingRun ...',
  })
  @Property({ type: 'text', nullable: true })
  subjectType: string | null = null;

  @Field(() => ID, { nullable: true, description: 'Identifier of the thing it is about.' })
  @Property({ type: 'uuid', nullable: true })
  subjectId: string | null = null;

  /** Whom it is about, where a newer notification about the same one takes its place. */
  @Property({ type: 'uuid', nullable: true })
  aboutId: string | null = null;

  @Field(() => Date, { description: 'When it was created: together with what it reports.' })
  @Property({ type: 'timestamptz', length: 3 })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When the user marked it as read; null while unread.' })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  readAt: Date | null = null;
}
