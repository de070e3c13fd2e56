import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** When the migration of a law ran, for a law that what was written before may break. @see docs/domain.md V1.13 */
@Entity({ tableName: 'law_start' })
export class LawStart {
  /** The number of the law, as in "13". */
  @PrimaryKey({ type: 'text' })
  law!: string;

  @Property({ type: 'timestamptz', length: 3 })
  at!: Date;
}
