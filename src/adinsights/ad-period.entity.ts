import { PrimaryKeyProp } from '@mikro-orm/core';
import { Check, Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** One month of an ad account: when it was fetched, and whether the last try failed. @see docs/domain.md A4 */
@Entity({ tableName: 'ad_period' })
@Check({ name: 'ad_period_period', expression: "period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'" })
export class AdPeriod {
  @PrimaryKey({ type: 'text' })
  accountId!: string;

  /** YYYY-MM in the account's time zone. */
  @PrimaryKey({ type: 'text' })
  period!: string;

  @Property({ type: 'text' })
  currency!: string;

  /** When the figures were fetched; null while they never were. */
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  fetchedAt: Date | null = null;

  @Property({ type: 'timestamptz', length: 3 })
  triedAt!: Date;

  /** Why the last try failed; null when it did not. */
  @Property({ type: 'text', nullable: true })
  failure: string | null = null;

  /** Fetched late enough after its end not to change any more. */
  @Property({ type: 'boolean' })
  final!: boolean;

  @Property({ type: 'text[]' })
  warnings!: string[];

  [PrimaryKeyProp]?: ['accountId', 'period'];
}
