import { Migration } from '@mikro-orm/migrations';

/** Audit events are looked for by their action, and by when they were written. */
export class Migration20261124200002_audit_filters extends Migration {
  override name = 'Migration20261124200002_audit_filters';

  override up(): void {
    this.addSql(`create index "audit_event_action_index" on "audit_event" ("action", "id");`);
    this.addSql(`create index audit_event_time_index on audit_event using brin (at);`);
  }
}
