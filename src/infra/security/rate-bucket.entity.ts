import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** How many calls of a kind a user may make right now, over all instances. */
@Entity({ tableName: 'rate_bucket' })
export class RateBucket {
  @PrimaryKey({ type: 'uuid' })
  userId!: string;

  /** The operation that is counted. */
  @PrimaryKey({ type: 'text' })
  operation!: string;

  @Property({ type: 'double' })
  tokens!: number;

  /** Whether the last call was one too many. */
  @Property({ type: 'boolean' })
  refused!: boolean;

  @Property({ type: 'timestamptz', length: 6 })
  filledAt!: Date;

  [PrimaryKeyProp]?: ['userId', 'operation'];
}
