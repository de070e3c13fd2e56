import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'One law of docs/domain.md V1, checked over the whole database.' })
export class LawCheck {
  @Field(() => String, { description: 'Its number and name, as in "1 earnings are sums".' })
  law!: string;

  @Field(() => String, { description: 'What must hold, in plain words.' })
  statement!: string;

  @Field(() => Int, { description: 'Rows that break it; 0 when it holds.' })
  violations!: number;

  @Field(() => [String], { description: 'Up to 5 of these rows, each with what is needed to find it.' })
  examples!: string[];
}

@ObjectType({ simpleResolvers: true, description: 'Every law, checked in one snapshot of the whole database.' })
@Entity({ tableName: 'consistency_report' })
@Index({ name: 'consistency_report_checked_at_index', properties: ['checkedAt'] })
export class ConsistencyReport {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Date, { description: 'The moment of the snapshot.' })
  @Property({ type: 'timestamptz', length: 3 })
  checkedAt!: Date;

  @Property({ type: 'timestamptz', length: 3 })
  finishedAt!: Date;

  @Field(() => [LawCheck], { description: 'The laws, in their order.' })
  @Property({ type: 'json', columnType: 'jsonb' })
  laws!: LawCheck[];
}
