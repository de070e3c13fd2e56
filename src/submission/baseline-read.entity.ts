import { Check, Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Platform } from '../platform/platform.js';

/** How a baseline read ended. */
export enum BaselineOutcome {
  VALUE = 'VALUE',
  /** The platform says that the clip is gone or private. */
  GONE = 'GONE',
  /** The source answered, and said nothing usable of the clip. */
  UNKNOWN = 'UNKNOWN',
  /** The source or our side failed; the read is given back. */
  FAILED = 'FAILED',
}

/**
 * A read of a clip's views for somebody who submits it. It is written before the source is asked, so that reads at the
 * same time are counted. Kept for two days; older ones are removed as newer ones end.
 * @see docs/domain.md S4
 */
@Entity({ tableName: 'baseline_read' })
@Index({ name: 'baseline_read_clipper_index', properties: ['clipperId', 'startedAt'] })
@Index({ name: 'baseline_read_clip_index', properties: ['platform', 'videoId', 'finishedAt'] })
@Index({ name: 'baseline_read_age_index', properties: ['startedAt'] })
@Check({
  name: 'baseline_read_views',
  expression: "(outcome is not distinct from 'VALUE') = (views is not null) and (views is null or views >= 0)",
})
@Check({ name: 'baseline_read_finished', expression: '(outcome is null) = (finished_at is null)' })
export class BaselineRead {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  clipperId!: string;

  @Property({ type: 'uuid' })
  campaignId!: string;

  @Enum({ items: () => Platform, type: 'text' })
  platform!: Platform;

  @Property({ type: 'text' })
  videoId!: string;

  @Property({ type: 'timestamptz', length: 3 })
  startedAt!: Date;

  /** Null while it is in flight, and of a read whose process died. */
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  finishedAt: Date | null = null;

  @Enum({ items: () => BaselineOutcome, type: 'text', nullable: true })
  outcome: BaselineOutcome | null = null;

  @Property({ type: 'bigint', nullable: true })
  views: bigint | null = null;
}
