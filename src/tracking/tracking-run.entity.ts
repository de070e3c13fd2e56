import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';
import { RunStatus, RunTrigger } from './tracking.enums.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'One tick of the schedule, or one manual call: the rounds it planned.',
})
@Entity({ tableName: 'tracking_run' })
@Index({ name: 'tracking_run_status_index', properties: ['status', 'id'] })
export class TrackingRun {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => RunTrigger, { description: 'What started it.' })
  @Enum({ items: () => RunTrigger, type: 'text' })
  trigger!: RunTrigger;

  @Field(() => RunStatus, { description: 'The status of the run.' })
  @Enum({ items: () => RunStatus, type: 'text' })
  status!: RunStatus;

  @Field(() => Date, { description: 'When it was planned.' })
  @Property({ type: 'timestamptz', length: 3 })
  startedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When its last round was done; null while it runs.' })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  finishedAt: Date | null = null;

  @Field(() => String, { nullable: true, description: 'What went wrong, when it failed.' })
  @Property({ type: 'text', nullable: true })
  error: string | null = null;
}
