import { Migration } from '@mikro-orm/migrations';

/** The public profile of a user gets an id of its own; what version 0.1.0 inserts gets one from the default. */
export class Migration20261124200001_profile_ids extends Migration {
  override name = 'Migration20261124200001_profile_ids';

  override up(): void {
    this.addSql(`alter table "user" add column "profile_id" uuid not null default gen_random_uuid();`);
    this.addSql(`alter table "user" add constraint "user_profile_unique" unique ("profile_id");`);
  }
}
