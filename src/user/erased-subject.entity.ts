import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** The subject of a user who was erased, as a digest: a token with that subject is refused. @see docs/domain.md U6 */
@Entity({ tableName: 'erased_subject' })
export class ErasedSubject {
  @PrimaryKey({ type: 'text' })
  digest!: string;

  @Property({ type: 'timestamptz', length: 3 })
  erasedAt!: Date;
}
