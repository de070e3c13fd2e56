import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, Enum, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Platform } from './platform.js';

/**
 * Readings asked of a source in a month (UTC), retries included: what a monthly allowance is compared with.
 * @see docs/domain.md T15
 */
@Entity({ tableName: 'source_usage' })
export class SourceUsage {
  /** First day of the month. */
  @PrimaryKey({ type: 'date' })
  month!: string;

  @Enum({ items: () => Platform, type: 'text', primary: true })
  platform!: Platform;

  @Property({ type: 'bigint' })
  readings!: bigint;

  @Property({ type: 'bigint' })
  runs!: bigint;

  [PrimaryKeyProp]?: ['month', 'platform'];
}
