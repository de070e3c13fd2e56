import { Migration } from '@mikro-orm/migrations';

/** Whom a notification is about, so that a newer one takes its place while it is unread. */
export class Migration20261124130002_replaced_notifications extends Migration {
  override name = 'Migration20261124130002_replaced_notifications';

  override up(): void {
    this.addSql(`alter table "notification" add "about_id" uuid null;`);
    this.addSql(
      `create index "notification_about_index" on "notification" ("about_id", "user_id") where read_at is null and about_id is not null;`,
    );
  }
}
