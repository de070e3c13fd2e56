import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** An instant of a job's schedule, taken once over all instances. */
@Entity({ tableName: 'job_slot' })
export class JobSlot {
  @PrimaryKey({ type: 'text' })
  job!: string;

  @PrimaryKey({ type: 'timestamptz', length: 3 })
  slot!: Date;

  @Property({ type: 'timestamptz', length: 3 })
  takenAt!: Date;

  [PrimaryKeyProp]?: ['job', 'slot'];
}
