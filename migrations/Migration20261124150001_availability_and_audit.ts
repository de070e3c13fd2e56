import { Migration } from '@mikro-orm/migrations';

/** When earnings become available, audit events that name their campaign event, and versions of campaign events. */
export class Migration20261124150001_availability_and_audit extends Migration {
  override name = 'Migration20261124150001_availability_and_audit';

  override up(): void {
    this.fixAvailability();
    this.versionEvents();
    this.nameEvents();
    this.startAudit();
  }

  /** What has ended is available since its end. Version 0.1.0 ends a campaign by `completed_at` alone: the trigger adds the rest. */
  private fixAvailability(): void {
    this.addSql(`alter table "campaign" add "earnings_available_at" timestamptz(3) null;`);
    this.addSql(`update campaign set earnings_available_at = completed_at where completed_at is not null;`);
    this.addSql(
      `alter table "campaign" add constraint "campaign_earnings_available" check ((completed_at is null) = (earnings_available_at is null));`,
    );
    this.addSql(
      `alter table "campaign" add constraint "campaign_available_after_end" check (earnings_available_at >= completed_at);`,
    );
    this.addSql(`
      create function fill_earnings_available_at() returns trigger language plpgsql as $$
      begin
        new.earnings_available_at := coalesce(new.earnings_available_at, new.completed_at);
        return new;
      end $$`);
    this.addSql(`
      create trigger campaign_earnings_available_filled before insert or update of completed_at on campaign
      for each row execute function fill_earnings_available_at()`);
  }

  /** Events of version 0.1.0 are of version 1, those that it still writes too. */
  private versionEvents(): void {
    this.addSql(`alter table "campaign_event" add "version" int not null default 1;`);
    this.addSql(
      `alter table "campaign_event" add constraint "campaign_event_version_known" check (version in (1, 2));`,
    );
    this.addSql(
      `create table "clips_without_reading" ("event_id" uuid not null, "clip_ids" uuid[] not null, primary key ("event_id"));`,
    );
    this.onlyAdded('clips_without_reading');
  }

  private nameEvents(): void {
    this.addSql(`alter table "audit_event" add "campaign_event_id" uuid null, add "campaign_event_number" int null;`);
    this.addSql(
      `create unique index "audit_event_campaign_event_once" on "audit_event" ("campaign_event_id") where campaign_event_id is not null;`,
    );
  }

  /** From where on law 13 holds. A user whom no audit event explains, such as an admin of the sample data, gets one. */
  private startAudit(): void {
    this.addSql(
      `create table "audit_start" ("campaign_id" uuid not null, "last_number" int not null, primary key ("campaign_id"));`,
    );
    this.addSql(`insert into audit_start (campaign_id, last_number) select id, last_event_number from campaign;`);
    this.onlyAdded('audit_start');
    this.addSql(`create table "law_start" ("law" text not null, "at" timestamptz(3) not null, primary key ("law"));`);
    this.addSql(`insert into law_start (law, at) values ('13', clock_timestamp());`);
    this.onlyAdded('law_start');
    const said = (key: string) => `(
      select a.after::jsonb ->> '${key}' from audit_event a
      where a.subject_type = 'User' and a.subject_id = u.id and a.after::jsonb ? '${key}' order by a.at desc, a.id desc limit 1)`;
    const milliseconds = `lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')`;
    const id = `(${milliseconds} || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`;
    this.addSql(`
      insert into audit_event (id, actor_id, via, action, subject_type, subject_id, before, after, at)
      select ${id}, null, 'command', 'user.found', 'User', u.id, null,
        jsonb_build_object('role', u.role, 'suspendedAt', to_char(u.suspended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text,
        clock_timestamp()
      from "user" u
      where u.role <> coalesce(${said('role')}, 'CLIPPER') or u.suspended_at is distinct from ${said('suspendedAt')}::timestamptz;`);
  }

  private onlyAdded(table: string): void {
    this.addSql(`
      create trigger ${table}_only_added before update or delete or truncate on ${table}
      for each statement execute function refuse_change()`);
  }
}
