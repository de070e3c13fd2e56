import { Migration } from '@mikro-orm/migrations';

/** Indexed search, and what a reading gained: timelines add that up instead of looking at every reading before. */
export class Migration20261121000004_search_and_timelines extends Migration {
  override name = 'Migration20261121000004_search_and_timelines';

  override up(): void {
    this.addSql(`create extension if not exists pg_trgm;`);
    this.addSql(
      `create index campaign_search_index on campaign using gin (title gin_trgm_ops, description gin_trgm_ops);`,
    );
    this.addSql(`create index user_search_index on "user" using gin (name gin_trgm_ops, email gin_trgm_ops);`);
    this.addSql(`create index clip_submission_day_index on clip_submission using brin (submitted_at);`);
    this.addSql(`create index "clip_suspect_index" on "clip" ("id") where last_outcome = 'SUSPECT';`);
    this.addSql(`create index earning_entry_day_index on earning_entry using brin (created_at);`);
    this.addSql(`alter table "view_tracking" add "gained" bigint not null default '0';`);
    this.addSql(`create index view_tracking_day_index on view_tracking using brin (tracked_at);`);
    this.fillGained();
  }

  /** Readings from before: the one time that they are written to after they were made. */
  private fillGained(): void {
    this.addSql(`alter table view_tracking disable trigger view_tracking_only_added;`);
    this.addSql(`
      update view_tracking v set gained = r.views - r.mark
      from (select v.id, v.views, greatest(s.initial_views, max(v.views) over (partition by v.clip_id order by v.id rows between unbounded preceding and 1 preceding)) as mark
            from view_tracking v join clip k on k.id = v.clip_id join clip_submission s on s.id = k.submission_id where v.outcome = 'VALUE') r
      where r.id = v.id and r.views > r.mark;`);
    this.addSql(`alter table view_tracking enable trigger view_tracking_only_added;`);
  }
}
