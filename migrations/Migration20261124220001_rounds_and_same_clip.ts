import { Migration } from '@mikro-orm/migrations';

/** Pages of a campaign's rounds, and other submissions of one clip. */
export class Migration20261124220001_rounds_and_same_clip extends Migration {
  override name = 'Migration20261124220001_rounds_and_same_clip';

  override up(): void {
    this.addSql(`create index "tracking_round_page_index" on "tracking_round" ("campaign_id", "id");`);
    this.addSql(`create index "clip_submission_video_index" on "clip_submission" ("platform", "video_id", "id");`);
  }
}
