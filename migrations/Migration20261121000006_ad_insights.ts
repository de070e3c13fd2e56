import { Migration } from '@mikro-orm/migrations';

/** Advertising figures per account, month and campaign. */
export class Migration20261121000006_ad_insights extends Migration {
  override name = 'Migration20261121000006_ad_insights';

  override up(): void {
    this.addSql(
      `create table "ad_account" ("account_id" text not null, "currency" text not null, "time_zone" text not null, "funnel" jsonb null, primary key ("account_id"));`,
    );

    this.addSql(
      `create table "ad_insight" ("account_id" text not null, "period" text not null, "ad_campaign_id" text not null, "name" text not null, "delivered" boolean not null, "spend" bigint not null, "impressions" bigint not null, "clicks" bigint not null, "booking_step1" bigint not null, "booking_step2" bigint not null, "booking_step3" bigint not null, "reservations" bigint not null, "reservation_value" bigint not null, "raw" jsonb not null, primary key ("account_id", "period", "ad_campaign_id"));`,
    );
    this.addSql(`create index "ad_insight_campaign_index" on "ad_insight" ("ad_campaign_id", "period");`);

    this.addSql(
      `create table "ad_period" ("account_id" text not null, "period" text not null, "currency" text not null, "fetched_at" timestamptz(3) null, "tried_at" timestamptz(3) not null, "failure" text null, "final" boolean not null, "warnings" text[] not null, primary key ("account_id", "period"));`,
    );

    this.addSql(
      `alter table "ad_insight" add constraint "ad_insight_undelivered_is_zero" check (delivered or (spend = 0 and impressions = 0 and clicks = 0 and reservations = 0));`,
    );
    this.addSql(
      `alter table "ad_insight" add constraint "ad_insight_not_negative" check (spend >= 0 and impressions >= 0 and clicks >= 0 and booking_step1 >= 0 and booking_step2 >= 0 and booking_step3 >= 0 and reservations >= 0 and reservation_value >= 0);`,
    );

    this.addSql(
      `alter table "ad_period" add constraint "ad_period_period" check (period ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$');`,
    );
  }
}
