import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Platform } from './platform.js';

/**
 * A run at a source whose id somebody knows. A start whose reply was lost is looked for among the others: two runs may
 * ask for the very same clips within a minute. Kept for a day.
 */
@Entity({ tableName: 'source_run' })
@Index({ name: 'source_run_known_index', properties: ['knownAt'] })
export class SourceRun {
  /** The source's own id. */
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Enum({ items: () => Platform, type: 'text' })
  platform!: Platform;

  @Property({ type: 'timestamptz', length: 3 })
  knownAt!: Date;
}
