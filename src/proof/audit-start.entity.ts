import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * The last event of a campaign that was written before audit events named campaign events. Law 13 checks what comes
 * after it; a campaign without a row is checked from its first event.
 * @see docs/domain.md V1.13
 */
@Entity({ tableName: 'audit_start' })
export class AuditStart {
  @PrimaryKey({ type: 'uuid' })
  campaignId!: string;

  @Property({ type: 'integer' })
  lastNumber!: number;
}
