import { Entity, Enum, Property } from '@mikro-orm/decorators/legacy';
import { Platform } from './platform.js';

/** The token bucket of a source: all instances together start no more runs at it than it refills. */
@Entity({ tableName: 'source_bucket' })
export class SourceBucket {
  @Enum({ items: () => Platform, type: 'text', primary: true })
  platform!: Platform;

  /** Runs that may be started at once, as of `filledAt`. */
  @Property({ type: 'double' })
  tokens!: number;

  @Property({ type: 'timestamptz', length: 3 })
  filledAt!: Date;

  /** Of these, what baseline reads may take, as of `baselineFilledAt`: half of the rate. @see docs/domain.md S4 */
  @Property({ type: 'double', default: 0 })
  baselineTokens = 0;

  @Property({ type: 'timestamptz', length: 3, defaultRaw: `'1970-01-01 00:00:00+00'` })
  baselineFilledAt!: Date;
}
