import { Migration } from '@mikro-orm/migrations';

/** Payout requests and payouts, notifications, and the slots of daily jobs. */
export class Migration20261121000003_payouts_and_notifications extends Migration {
  override name = 'Migration20261121000003_payouts_and_notifications';

  override up(): void {
    this.addSql(
      `create table "job_slot" ("job" text not null, "slot" timestamptz(3) not null, "taken_at" timestamptz(3) not null, primary key ("job", "slot"));`,
    );

    this.addSql(
      `create table "payout_request" ("id" uuid not null, "clipper_id" uuid not null, "amount" bigint not null, "coin" bigint not null, "method" text not null, "sealed_details" text not null, "status" text not null, "note" text null, "idempotency_key" text null, "requested_at" timestamptz(3) not null, "processed_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "payout_request_status_index" on "payout_request" ("status", "id");`);
    this.addSql(`create index "payout_request_clipper_index" on "payout_request" ("clipper_id", "id");`);
    this.addSql(
      `create unique index "payout_request_idempotency_key_unique" on "payout_request" ("clipper_id", "idempotency_key") where idempotency_key is not null;`,
    );
    this.addSql(
      `create unique index "payout_request_one_open" on "payout_request" ("clipper_id") where status in ('PENDING', 'APPROVED');`,
    );

    this.addSql(
      `create table "payout_announcement" ("clipper_id" uuid not null, "campaign_id" uuid not null, "announced_at" timestamptz(3) not null, primary key ("clipper_id", "campaign_id"));`,
    );

    this.addSql(
      `create table "payout" ("id" uuid not null, "request_id" uuid not null, "clipper_id" uuid not null, "amount" bigint not null, "method" text not null, "transaction_id" text not null, "paid_at" timestamptz(3) not null, "returned_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`alter table "payout" add constraint "payout_request_id_unique" unique ("request_id");`);
    this.addSql(`create index "payout_paid_at_index" on "payout" ("paid_at");`);
    this.addSql(`create index "payout_clipper_index" on "payout" ("clipper_id", "id");`);
    this.addSql(`alter table "payout" add constraint "payout_transaction_unique" unique ("method", "transaction_id");`);

    this.addSql(
      `create table "notification" ("id" uuid not null, "user_id" uuid not null, "type" text not null, "title" text not null, "body" text not null, "subject_type" text null, "subject_id" uuid null, "created_at" timestamptz(3) not null, "read_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "notification_unread_index" on "notification" ("user_id", "id") where read_at is null;`);
    this.addSql(
      `create index "notification_trouble_index" on "notification" ("type", "created_at") where type in ('LAW_BROKEN', 'TRACKING_TROUBLE');`,
    );
    this.addSql(`create index "notification_user_index" on "notification" ("user_id", "id");`);

    this.addSql(
      `alter table "payout_request" add constraint "payout_request_clipper_id_foreign" foreign key ("clipper_id") references "user" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "payout_request" add constraint "payout_request_processed" check ((status = 'PENDING') = (processed_at is null));`,
    );
    this.addSql(
      `alter table "payout_request" add constraint "payout_request_note" check ((status <> 'REJECTED' and status <> 'RETURNED') or (note is not null and char_length(note) >= 1));`,
    );
    this.addSql(
      `alter table "payout_request" add constraint "payout_request_whole_coins" check (amount > 0 and coin > 0 and amount % coin = 0);`,
    );
    this.addSql(
      `alter table "payout_request" add constraint "payout_request_method_check" check ("method" in ('PAYPAL', 'BANK_TRANSFER', 'STRIPE', 'CRYPTO'));`,
    );
    this.addSql(
      `alter table "payout_request" add constraint "payout_request_status_check" check ("status" in ('PENDING', 'APPROVED', 'COMPLETED', 'RETURNED', 'REJECTED', 'CANCELLED'));`,
    );

    this.addSql(
      `alter table "payout_announcement" add constraint "payout_announcement_clipper_id_foreign" foreign key ("clipper_id") references "user" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "payout_announcement" add constraint "payout_announcement_campaign_id_foreign" foreign key ("campaign_id") references "campaign" ("id") on update restrict on delete restrict;`,
    );

    this.addSql(
      `alter table "payout" add constraint "payout_request_id_foreign" foreign key ("request_id") references "payout_request" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "payout" add constraint "payout_clipper_id_foreign" foreign key ("clipper_id") references "user" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "payout" add constraint "payout_returned_after_paid" check (returned_at is null or returned_at >= paid_at);`,
    );
    this.addSql(`alter table "payout" add constraint "payout_amount" check (amount > 0);`);
    this.addSql(
      `alter table "payout" add constraint "payout_method_check" check ("method" in ('PAYPAL', 'BANK_TRANSFER', 'STRIPE', 'CRYPTO'));`,
    );

    this.addSql(
      `alter table "notification" add constraint "notification_user_id_foreign" foreign key ("user_id") references "user" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "notification" add constraint "notification_type_check" check ("type" in ('SUBMISSION_APPROVED', 'SUBMISSION_REJECTED', 'SUBMISSION_REVOKED', 'CLIP_UNAVAILABLE', 'CAMPAIGN_COMPLETED', 'CAMPAIGN_CANCELLED', 'PAYOUT_READY', 'PAYOUT_REQUESTED', 'PAYOUT_APPROVED', 'PAYOUT_COMPLETED', 'PAYOUT_REJECTED', 'PAYOUT_CANCELLED', 'PAYOUT_RETURNED', 'LAW_BROKEN', 'TRACKING_TROUBLE'));`,
    );
  }
}
