import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { ChosenFunnel } from './funnel.rules.js';

/** What is known of an ad account at the source. */
@Entity({ tableName: 'ad_account' })
export class AdAccountRecord {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  @Property({ type: 'text' })
  currency!: string;

  @Property({ type: 'text' })
  timeZone!: string;

  /** The action type that each step was last read from. @see docs/domain.md A2 */
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  funnel: ChosenFunnel | null = null;

  [PrimaryKeyProp]?: 'accountId';
}
