import { OptionalProps, types } from '@mikro-orm/core';
import { Entity, Enum, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Platform } from '../platform/platform.js';
import type { SourceTry } from './source-try.rules.js';
import { TrackingRound } from './tracking-round.entity.js';

/**
 * The unit of reading: clips of one round on one platform. Its clips are fixed when the round is planned, its answers
 * wait here until the settlement turns them into readings.
 * @see docs/domain.md T3, T6
 */
@Entity({ tableName: 'tracking_batch' })
@Unique({ name: 'tracking_batch_number_unique', properties: ['roundId', 'number'] })
export class TrackingBatch {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => TrackingRound, {
    mapToPk: true,
    fieldName: 'round_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  roundId!: string;

  @Property({ type: 'integer' })
  number!: number;

  @Enum({ items: () => Platform, type: 'text' })
  platform!: Platform;

  @Property({ type: types.array, columnType: 'uuid[]' })
  clipIds!: string[];

  @Property({ type: 'json', columnType: 'jsonb' })
  tries: SourceTry[] = [];

  /** When it was read; null before. The arrays below run parallel to clipIds. */
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  readAt: Date | null = null;

  @Property({ type: types.array, columnType: 'text[]', nullable: true })
  outcomes: string[] | null = null;

  @Property({ type: types.array, columnType: 'bigint[]', nullable: true })
  views: (string | null)[] | null = null;

  @Property({ type: types.array, columnType: 'text[]', nullable: true })
  reasons: (string | null)[] | null = null;

  /** Which outcomes count toward quarantine. @see docs/domain.md T8 */
  @Property({ type: types.array, columnType: 'boolean[]', nullable: true })
  strikes: boolean[] | null = null;

  @Property({ type: 'integer' })
  succeeded = 0;

  /** It was bought for a round that failed and handed to this one. It is handed on once. @see docs/domain.md T6 */
  @Property({ type: 'boolean', default: false })
  carried = false;

  [OptionalProps]?: 'carried' | 'tries' | 'succeeded';
}
