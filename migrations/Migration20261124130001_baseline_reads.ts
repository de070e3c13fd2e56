import { Migration } from '@mikro-orm/migrations';

/** Reads for submissions, counted before they are bought, and their half of a source's rate. */
export class Migration20261124130001_baseline_reads extends Migration {
  override name = 'Migration20261124130001_baseline_reads';

  override up(): void {
    // All migrations of a release are one transaction: on a large database a statement may take longer than 30 s.
    this.addSql(`set local statement_timeout = 0`);
    this.addSql(
      `create table "baseline_read" ("id" uuid not null, "clipper_id" uuid not null, "campaign_id" uuid not null, "platform" text not null, "video_id" text not null, "started_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, "outcome" text null, "views" bigint null, primary key ("id"));`,
    );
    this.addSql(`create index "baseline_read_age_index" on "baseline_read" ("started_at");`);
    this.addSql(`create index "baseline_read_clip_index" on "baseline_read" ("platform", "video_id", "finished_at");`);
    this.addSql(`create index "baseline_read_clipper_index" on "baseline_read" ("clipper_id", "started_at");`);
    this.addSql(
      `alter table "baseline_read" add constraint "baseline_read_finished" check ((outcome is null) = (finished_at is null));`,
    );
    this.addSql(
      `alter table "baseline_read" add constraint "baseline_read_views" check ((outcome is not distinct from 'VALUE') = (views is not null) and (views is null or views >= 0));`,
    );
    this.addSql(
      `alter table "baseline_read" add constraint "baseline_read_platform_check" check ("platform" in ('TIKTOK', 'YOUTUBE', 'INSTAGRAM'));`,
    );
    this.addSql(
      `alter table "baseline_read" add constraint "baseline_read_outcome_check" check ("outcome" in ('VALUE', 'GONE', 'UNKNOWN', 'FAILED'));`,
    );

    // The first baseline read finds the bucket full.
    this.addSql(
      `alter table "source_bucket" add "baseline_tokens" double precision not null default 0, add "baseline_filled_at" timestamptz(3) not null default '1970-01-01 00:00:00+00';`,
    );
  }
}
