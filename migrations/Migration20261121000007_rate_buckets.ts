import { Migration } from '@mikro-orm/migrations';

/** Calls that are counted over all instances. */
export class Migration20261121000007_rate_buckets extends Migration {
  override name = 'Migration20261121000007_rate_buckets';

  override up(): void {
    this.addSql(
      `create table "rate_bucket" ("user_id" uuid not null, "operation" text not null, "tokens" double precision not null, "refused" boolean not null, "filled_at" timestamptz(6) not null, primary key ("user_id", "operation"));`,
    );
  }
}
