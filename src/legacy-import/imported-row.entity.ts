import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** What an older system's row has become: it is imported once, and can be found again. */
@Entity({ tableName: 'imported_row' })
@Index({ name: 'imported_row_id_index', properties: ['id'] })
export class ImportedRow {
  /** The file that it stood in, as "campaigns". */
  @PrimaryKey({ type: 'text' })
  kind!: string;

  /** Its id in the older system. */
  @PrimaryKey({ type: 'text' })
  legacyId!: string;

  /** Its id here. */
  @Property({ type: 'uuid' })
  id!: string;

  @Property({ type: 'timestamptz', length: 3 })
  importedAt!: Date;
}
