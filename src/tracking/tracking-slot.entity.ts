import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { TrackingRun } from './tracking-run.entity.js';

/**
 * An instant of the schedule: it made a run, or was skipped. Version 0.1.0 decides slots by this table alone; it goes
 * with
 * 0.3.0, and `job_slot` stays.
 * @see docs/domain.md T13
 */
@Entity({ tableName: 'tracking_slot' })
export class TrackingSlot {
  @PrimaryKey({ type: 'timestamptz', length: 3 })
  slot!: Date;

  @ManyToOne(() => TrackingRun, {
    mapToPk: true,
    fieldName: 'run_id',
    nullable: true,
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  runId: string | null = null;

  @Property({ type: 'timestamptz', length: 3 })
  decidedAt!: Date;
}
