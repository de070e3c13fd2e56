import { Migration } from '@mikro-orm/migrations';

/** What an older system's rows have become, and its users until they sign in. */
export class Migration20261121000009_legacy_import extends Migration {
  override name = 'Migration20261121000009_legacy_import';

  override up(): void {
    this.addSql(
      `create table "imported_row" ("kind" text not null, "legacy_id" text not null, "id" uuid not null, "imported_at" timestamptz(3) not null, primary key ("kind", "legacy_id"));`,
    );
    this.addSql(`create index "imported_row_id_index" on "imported_row" ("id");`);

    this.addSql(`alter table "campaign_event" drop constraint "campaign_event_type_check";`);
    this.addSql(
      `alter table "campaign_event" add constraint "campaign_event_type_check" check ("type" in ('CREATED', 'TERMS_CHANGED', 'STATUS_CHANGED', 'ENDED', 'DELETED', 'SUBMITTED', 'APPROVED', 'REJECTED', 'REOPENED', 'WITHDRAWN', 'REVOKED', 'ROUND_SETTLED', 'ROUND_ABANDONED', 'IMPORTED'));`,
    );

    this.addSql(
      `create index user_imported_email_index on "user" (lower(email)) where starts_with(subject, 'imported:');`,
    );
  }
}
