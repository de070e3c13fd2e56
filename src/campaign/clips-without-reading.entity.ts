import { types } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * The clips that took part in a round without a reading of it; the round's event holds their digest.
 * @see docs/domain.md V5
 */
@Entity({ tableName: 'clips_without_reading' })
export class ClipsWithoutReading {
  /** The campaign event of the round. */
  @PrimaryKey({ type: 'uuid' })
  eventId!: string;

  /** In the order of ids. */
  @Property({ type: types.array, columnType: 'uuid[]' })
  clipIds!: string[];
}
