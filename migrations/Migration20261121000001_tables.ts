import { Migration } from '@mikro-orm/migrations';

export class Migration20261121000001_tables extends Migration {
  override name = 'Migration20261121000001_tables';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_event" ("id" uuid not null, "actor_id" uuid null, "via" text not null, "action" text not null, "subject_type" text not null, "subject_id" uuid not null, "before" text null, "after" text null, "at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "audit_event_actor_index" on "audit_event" ("actor_id", "id");`);
    this.addSql(`create index "audit_event_subject_index" on "audit_event" ("subject_type", "subject_id", "id");`);

    this.addSql(
      `create table "campaign" ("id" uuid not null, "title" text not null, "description" text not null, "status" text not null, "budget" bigint not null, "cpm" bigint not null, "platforms" text[] not null, "requirements" text[] not null, "min_views" bigint not null, "max_earnings_per_clip" bigint null, "starts_at" timestamptz(3) null, "ends_at" timestamptz(3) null, "created_at" timestamptz(3) not null, "completed_at" timestamptz(3) null, "completion_reason" text null, "recorded_spent" bigint not null default '0', "ad_campaign_id" text null, "last_event_number" int not null default 0, "chain_head" text null, primary key ("id"));`,
    );
    this.addSql(`create index "campaign_cpm_index" on "campaign" ("cpm", "id");`);
    this.addSql(`create index "campaign_budget_index" on "campaign" ("budget", "id");`);
    this.addSql(`create index "campaign_status_index" on "campaign" ("status", "id");`);
    this.addSql(
      `alter table "campaign" add constraint "campaign_end" check ((status in ('COMPLETED', 'CANCELLED')) = (completed_at is not null));`,
    );
    this.addSql(
      `alter table "campaign" add constraint "campaign_completion" check ((status = 'COMPLETED') = (completion_reason is not null));`,
    );
    this.addSql(`alter table "campaign" add constraint "campaign_dates_in_order" check (ends_at > starts_at);`);
    this.addSql(
      `alter table "campaign" add constraint "campaign_maximum_range" check (max_earnings_per_clip >= 10000 and max_earnings_per_clip <= 1000000000000000);`,
    );
    this.addSql(
      `alter table "campaign" add constraint "campaign_min_views_range" check (min_views >= 0 and min_views <= 1000000000);`,
    );
    this.addSql(
      `alter table "campaign" add constraint "campaign_cpm_range" check (cpm >= 1000 and cpm <= 10000000000 and cpm % 1000 = 0);`,
    );
    this.addSql(
      `alter table "campaign" add constraint "campaign_budget_range" check (budget >= 10000 and budget <= 1000000000000000);`,
    );
    this.addSql(
      `alter table "campaign" add constraint "campaign_status_check" check ("status" in ('DRAFT', 'SCHEDULED', 'ACTIVE', 'PAUSED', 'COMPLETED', 'CANCELLED'));`,
    );
    this.addSql(
      `alter table "campaign" add constraint "campaign_completion_reason_check" check ("completion_reason" in ('BUDGET_FILLED', 'DEADLINE', 'MANUAL'));`,
    );

    this.addSql(
      `create table "campaign_event" ("id" uuid not null, "campaign_id" uuid not null, "number" int not null, "type" text not null, "content" jsonb not null, "at" timestamptz(3) not null, "previous_hash" text null, "hash" text not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "campaign_event" add constraint "campaign_event_number_unique" unique ("campaign_id", "number");`,
    );
    this.addSql(
      `alter table "campaign_event" add constraint "campaign_event_type_check" check ("type" in ('CREATED', 'TERMS_CHANGED', 'STATUS_CHANGED', 'ENDED', 'DELETED', 'SUBMITTED', 'APPROVED', 'REJECTED', 'REOPENED', 'WITHDRAWN', 'REVOKED', 'ROUND_SETTLED', 'ROUND_ABANDONED'));`,
    );

    this.addSql(
      `create table "campaign_totals" ("campaign_id" uuid not null, "earnings" bigint not null, "views" bigint not null, "clip_count" bigint not null, "pending" bigint not null, "approved" bigint not null, "rejected" bigint not null, "withdrawn" bigint not null, primary key ("campaign_id"));`,
    );
    this.addSql(
      `alter table "campaign_totals" add constraint "campaign_totals_not_negative" check (earnings >= 0 and views >= 0 and clip_count >= 0 and pending >= 0 and approved >= 0 and rejected >= 0 and withdrawn >= 0);`,
    );

    this.addSql(
      `create table "source_bucket" ("platform" text not null, "tokens" double precision not null, "filled_at" timestamptz(3) not null, primary key ("platform"));`,
    );
    this.addSql(
      `alter table "source_bucket" add constraint "source_bucket_platform_check" check ("platform" in ('TIKTOK', 'YOUTUBE', 'INSTAGRAM'));`,
    );

    this.addSql(
      `create table "source_run" ("id" text not null, "platform" text not null, "known_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "source_run_known_index" on "source_run" ("known_at");`);
    this.addSql(
      `alter table "source_run" add constraint "source_run_platform_check" check ("platform" in ('TIKTOK', 'YOUTUBE', 'INSTAGRAM'));`,
    );

    this.addSql(
      `create table "source_usage" ("month" date not null, "platform" text not null, "readings" bigint not null, "runs" bigint not null, primary key ("month", "platform"));`,
    );
    this.addSql(
      `alter table "source_usage" add constraint "source_usage_platform_check" check ("platform" in ('TIKTOK', 'YOUTUBE', 'INSTAGRAM'));`,
    );

    this.addSql(
      `create table "tracking_run" ("id" uuid not null, "trigger" text not null, "status" text not null, "started_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, "error" text null, primary key ("id"));`,
    );
    this.addSql(`create index "tracking_run_status_index" on "tracking_run" ("status", "id");`);
    this.addSql(
      `alter table "tracking_run" add constraint "tracking_run_trigger_check" check ("trigger" in ('SCHEDULE', 'MANUAL', 'HTTP'));`,
    );
    this.addSql(
      `alter table "tracking_run" add constraint "tracking_run_status_check" check ("status" in ('RUNNING', 'SUCCEEDED', 'FAILED'));`,
    );

    this.addSql(
      `create table "tracking_round" ("id" uuid not null, "run_id" uuid not null, "campaign_id" uuid not null, "status" text not null, "reason" text null, "abandon_cause" text null, "planned_at" timestamptz(3) not null, "started_at" timestamptz(3) null, "finished_at" timestamptz(3) null, "clips_planned" int not null, "clips_succeeded" int not null default 0, "clips_failed" int not null default 0, "earnings_added" bigint not null default '0', "campaign_completed" boolean not null default false, primary key ("id"));`,
    );
    this.addSql(`create index "tracking_round_campaign_index" on "tracking_round" ("campaign_id", "finished_at");`);
    this.addSql(`create index "tracking_round_run_index" on "tracking_round" ("run_id");`);
    this.addSql(
      `create unique index "tracking_round_one_unfinished" on "tracking_round" ("campaign_id") where status in ('PENDING', 'READING');`,
    );
    this.addSql(
      `alter table "tracking_round" add constraint "tracking_round_finished" check ((status in ('PENDING', 'READING')) = (finished_at is null));`,
    );
    this.addSql(
      `alter table "tracking_round" add constraint "tracking_round_status_check" check ("status" in ('PENDING', 'READING', 'SETTLED', 'ABANDONED', 'FAILED'));`,
    );
    this.addSql(
      `alter table "tracking_round" add constraint "tracking_round_abandon_cause_check" check ("abandon_cause" in ('TOO_MANY_UNREAD', 'BUDGET_NEEDS_EVERY_CLIP', 'CAMPAIGN_NOT_OPEN', 'TIME_LIMIT'));`,
    );

    this.addSql(
      `create table "tracking_batch" ("id" uuid not null, "round_id" uuid not null, "number" int not null, "platform" text not null, "clip_ids" uuid[] not null, "tries" jsonb not null, "read_at" timestamptz(3) null, "outcomes" text[] null, "views" bigint[] null, "reasons" text[] null, "strikes" boolean[] null, "succeeded" int not null default 0, primary key ("id"));`,
    );
    this.addSql(
      `alter table "tracking_batch" add constraint "tracking_batch_number_unique" unique ("round_id", "number");`,
    );
    this.addSql(
      `alter table "tracking_batch" add constraint "tracking_batch_platform_check" check ("platform" in ('TIKTOK', 'YOUTUBE', 'INSTAGRAM'));`,
    );

    this.addSql(
      `create table "tracking_slot" ("slot" timestamptz(3) not null, "run_id" uuid null, "decided_at" timestamptz(3) not null, primary key ("slot"));`,
    );

    this.addSql(
      `create table "user" ("id" uuid not null, "subject" text not null, "email" text not null, "name" text null, "role" text not null, "created_at" timestamptz(3) not null, "suspended_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "user_role_index" on "user" ("role", "id");`);
    this.addSql(`alter table "user" add constraint "user_subject_unique" unique ("subject");`);
    this.addSql(
      `alter table "user" add constraint "user_name_length" check (char_length(name) >= 1 and char_length(name) <= 100);`,
    );
    this.addSql(`alter table "user" add constraint "user_role_check" check ("role" in ('CLIPPER', 'ADMIN'));`);

    this.addSql(
      `create table "clip_submission" ("id" uuid not null, "campaign_id" uuid not null, "clipper_id" uuid not null, "url" text not null, "canonical_url" text not null, "platform" text not null, "video_id" text not null, "status" text not null, "initial_views" bigint not null, "cpm" bigint not null, "min_views" bigint not null, "max_earnings" bigint null, "final_earnings" bigint null, "rejection_reason" text null, "rejection_note" text null, "revoked" boolean not null default false, "submitted_at" timestamptz(3) not null, "reviewed_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "clip_submission_status_index" on "clip_submission" ("status", "id");`);
    this.addSql(`create index "clip_submission_clipper_index" on "clip_submission" ("clipper_id", "id");`);
    this.addSql(
      `create index "clip_submission_campaign_status_index" on "clip_submission" ("campaign_id", "status", "id");`,
    );
    this.addSql(`create index "clip_submission_campaign_index" on "clip_submission" ("campaign_id", "id");`);
    this.addSql(
      `create unique index "clip_submission_once_per_campaign" on "clip_submission" ("campaign_id", "platform", "video_id") where status in ('PENDING', 'APPROVED') or revoked;`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_cpm" check (cpm > 0 and cpm % 1000 = 0);`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_final_earnings" check (final_earnings is null or (status = 'APPROVED' and final_earnings >= 0));`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_revoked_is_rejected" check (not revoked or status = 'REJECTED');`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_rejection" check ((status = 'REJECTED') = (rejection_reason is not null));`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_initial_views" check (initial_views >= 0 and initial_views <= 100000000000);`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_platform_check" check ("platform" in ('TIKTOK', 'YOUTUBE', 'INSTAGRAM'));`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_status_check" check ("status" in ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN'));`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_rejection_reason_check" check ("rejection_reason" in ('DUPLICATE', 'NOT_OWNER', 'REQUIREMENTS_NOT_MET', 'OUTSIDE_DATES', 'FRAUDULENT_VIEWS', 'CAMPAIGN_ENDED', 'OTHER'));`,
    );

    this.addSql(
      `create table "clipper_totals" ("clipper_id" uuid not null, "campaign_id" uuid not null, "earnings" bigint not null, "views" bigint not null, "clip_count" bigint not null, "pending" bigint not null, "approved" bigint not null, "rejected" bigint not null, "withdrawn" bigint not null, primary key ("clipper_id", "campaign_id"));`,
    );
    this.addSql(`create index "clipper_totals_campaign_index" on "clipper_totals" ("campaign_id");`);
    this.addSql(
      `alter table "clipper_totals" add constraint "clipper_totals_not_negative" check (earnings >= 0 and views >= 0 and clip_count >= 0 and pending >= 0 and approved >= 0 and rejected >= 0 and withdrawn >= 0);`,
    );

    this.addSql(
      `create table "clip" ("id" uuid not null, "submission_id" uuid not null, "campaign_id" uuid not null, "clipper_id" uuid not null, "state" text not null, "views" bigint not null, "earnings" bigint not null, "mark_reading_id" uuid null, "approved_at" timestamptz(3) not null, "last_tracked_at" timestamptz(3) null, "last_outcome" text null, "last_value_at" timestamptz(3) null, "suspect_views" bigint null, "failures" int not null default 0, primary key ("id"));`,
    );
    this.addSql(`create index "clip_state_index" on "clip" ("state", "id");`);
    this.addSql(`create index "clip_clipper_index" on "clip" ("clipper_id", "id");`);
    this.addSql(`create index "clip_campaign_index" on "clip" ("campaign_id", "id");`);
    this.addSql(`alter table "clip" add constraint "clip_submission_unique" unique ("submission_id");`);
    this.addSql(
      `alter table "clip" add constraint "clip_revoked_earns_nothing" check (state <> 'REVOKED' or earnings = 0);`,
    );
    this.addSql(
      `alter table "clip" add constraint "clip_not_negative" check (views >= 0 and earnings >= 0 and failures >= 0);`,
    );
    this.addSql(
      `alter table "clip" add constraint "clip_state_check" check ("state" in ('LIVE', 'UNAVAILABLE', 'REVOKED'));`,
    );

    this.addSql(
      `create table "view_tracking" ("id" uuid not null, "clip_id" uuid not null, "round_id" uuid not null, "tracked_at" timestamptz(3) not null, "outcome" text not null, "views" bigint null, "reason" text null, primary key ("id"));`,
    );
    this.addSql(`create index "view_tracking_clip_index" on "view_tracking" ("clip_id", "id");`);
    this.addSql(
      `alter table "view_tracking" add constraint "view_tracking_once_per_round" unique ("round_id", "clip_id");`,
    );
    this.addSql(
      `alter table "view_tracking" add constraint "view_tracking_views" check ((outcome in ('VALUE', 'SUSPECT')) = (views is not null) and views >= 0 and views <= 100000000000);`,
    );
    this.addSql(
      `alter table "view_tracking" add constraint "view_tracking_outcome_check" check ("outcome" in ('VALUE', 'MISSING', 'REMOVED', 'SUSPECT'));`,
    );

    this.addSql(
      `create table "earning_entry" ("id" uuid not null, "clip_id" uuid not null, "event_id" uuid not null, "round_id" uuid null, "reading_id" uuid null, "amount" bigint not null, "reason" text not null, "cap" text not null, "from_views" bigint not null, "to_views" bigint not null, "cpm" bigint not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "earning_entry_event_index" on "earning_entry" ("event_id");`);
    this.addSql(`create index "earning_entry_clip_index" on "earning_entry" ("clip_id", "id");`);
    this.addSql(
      `create unique index "earning_entry_one_reversal" on "earning_entry" ("clip_id") where reason = 'REVERSAL';`,
    );
    this.addSql(
      `create unique index "earning_entry_one_accrual_per_round" on "earning_entry" ("clip_id", "round_id") where reason = 'ACCRUAL';`,
    );
    this.addSql(
      `alter table "earning_entry" add constraint "earning_entry_round" check ((reason = 'ACCRUAL') = (round_id is not null));`,
    );
    this.addSql(
      `alter table "earning_entry" add constraint "earning_entry_amount" check (amount <> 0 and (reason <> 'ACCRUAL' or amount > 0) and (reason <> 'REVERSAL' or amount < 0));`,
    );
    this.addSql(
      `alter table "earning_entry" add constraint "earning_entry_reason_check" check ("reason" in ('ACCRUAL', 'REVERSAL', 'ADJUSTMENT'));`,
    );
    this.addSql(
      `alter table "earning_entry" add constraint "earning_entry_cap_check" check ("cap" in ('NONE', 'CLIP_MAXIMUM', 'BUDGET_SHARE'));`,
    );

    this.addSql(
      `alter table "campaign_totals" add constraint "campaign_totals_campaign_id_foreign" foreign key ("campaign_id") references "campaign" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `alter table "tracking_round" add constraint "tracking_round_run_id_foreign" foreign key ("run_id") references "tracking_run" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "tracking_round" add constraint "tracking_round_campaign_id_foreign" foreign key ("campaign_id") references "campaign" ("id") on update restrict on delete restrict;`,
    );

    this.addSql(
      `alter table "tracking_batch" add constraint "tracking_batch_round_id_foreign" foreign key ("round_id") references "tracking_round" ("id") on update restrict on delete restrict;`,
    );

    this.addSql(
      `alter table "tracking_slot" add constraint "tracking_slot_run_id_foreign" foreign key ("run_id") references "tracking_run" ("id") on update restrict on delete restrict;`,
    );

    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_campaign_id_foreign" foreign key ("campaign_id") references "campaign" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "clip_submission" add constraint "clip_submission_clipper_id_foreign" foreign key ("clipper_id") references "user" ("id") on update restrict on delete restrict;`,
    );

    this.addSql(
      `alter table "clipper_totals" add constraint "clipper_totals_clipper_id_foreign" foreign key ("clipper_id") references "user" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "clipper_totals" add constraint "clipper_totals_campaign_id_foreign" foreign key ("campaign_id") references "campaign" ("id") on update restrict on delete restrict;`,
    );

    this.addSql(
      `alter table "clip" add constraint "clip_submission_id_foreign" foreign key ("submission_id") references "clip_submission" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "clip" add constraint "clip_campaign_id_foreign" foreign key ("campaign_id") references "campaign" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "clip" add constraint "clip_clipper_id_foreign" foreign key ("clipper_id") references "user" ("id") on update restrict on delete restrict;`,
    );

    this.addSql(
      `alter table "view_tracking" add constraint "view_tracking_clip_id_foreign" foreign key ("clip_id") references "clip" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "view_tracking" add constraint "view_tracking_round_id_foreign" foreign key ("round_id") references "tracking_round" ("id") on update restrict on delete restrict;`,
    );

    this.addSql(
      `alter table "earning_entry" add constraint "earning_entry_clip_id_foreign" foreign key ("clip_id") references "clip" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "earning_entry" add constraint "earning_entry_event_id_foreign" foreign key ("event_id") references "campaign_event" ("id") on update restrict on delete restrict deferrable initially deferred;`,
    );
    this.addSql(
      `alter table "earning_entry" add constraint "earning_entry_round_id_foreign" foreign key ("round_id") references "tracking_round" ("id") on update restrict on delete restrict;`,
    );
    this.addSql(
      `alter table "earning_entry" add constraint "earning_entry_reading_id_foreign" foreign key ("reading_id") references "view_tracking" ("id") on update restrict on delete restrict;`,
    );
  }
}
