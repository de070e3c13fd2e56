import { Migration } from '@mikro-orm/migrations';

/** Finished checks of the laws, so that every instance can answer the last one. */
export class Migration20261121000005_consistency_reports extends Migration {
  override name = 'Migration20261121000005_consistency_reports';

  override up(): void {
    this.addSql(
      `create table "consistency_report" ("id" uuid not null, "checked_at" timestamptz(3) not null, "finished_at" timestamptz(3) not null, "laws" jsonb not null, primary key ("id"));`,
    );
    this.addSql(`create index "consistency_report_checked_at_index" on "consistency_report" ("checked_at");`);
  }
}
