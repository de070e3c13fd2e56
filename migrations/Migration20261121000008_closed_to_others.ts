import { Migration } from '@mikro-orm/migrations';

/** One admin for each address of ADMIN_EMAILS; and nothing for roles by which a hosting platform shows tables to the world. */
export class Migration20261121000008_closed_to_others extends Migration {
  override name = 'Migration20261121000008_closed_to_others';

  override up(): void {
    this.addSql(
      `create unique index "audit_event_admin_by_email_once" on "audit_event" ("after") where action = 'user.admin-by-email';`,
    );
    // Supabase serves the schema "public" over an API of its own, to these roles; ours is the only way in.
    this.addSql(`
      do $$ declare named text; begin
        for named in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
          execute format('revoke all on all tables in schema public from %I', named);
          execute format('alter default privileges in schema public revoke all on tables from %I', named);
        end loop;
      end $$;`);
  }
}
