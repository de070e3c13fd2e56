import { Migration } from '@mikro-orm/migrations';

const STATUS_COUNTS = ['pending', 'approved', 'rejected', 'withdrawn'];

/** What entities cannot say: totals that the database keeps, tables that are only added to, spent <= budget. */
export class Migration20261121000002_triggers extends Migration {
  override name = 'Migration20261121000002_triggers';

  override up(): void {
    this.makeTotalsRows();
    this.keepClipTotals();
    this.keepSubmissionTotals();
    this.guardTotals();
    this.keepWithinBudget();
    this.refuseChanges();
  }

  private makeTotalsRows(): void {
    this.addSql(`
      create function make_campaign_totals() returns trigger language plpgsql as $$
      begin
        insert into campaign_totals (campaign_id, earnings, views, clip_count, pending, approved, rejected, withdrawn)
        select id, 0, 0, 0, 0, 0, 0, 0 from new_rows;
        return null;
      end $$`);
    this.addSql(`
      create trigger campaign_totals_made after insert on campaign
      referencing new table as new_rows for each statement execute function make_campaign_totals()`);
  }

  /** Statement level with transition tables: one update per total and statement, however many clips it changes. */
  private keepClipTotals(): void {
    const rows = (table: string, sign: string) =>
      `select campaign_id, clipper_id, ${sign}earnings as earnings, ${sign}views as views, ${sign}1 as clips from ${table} where state <> 'REVOKED'`;
    const apply = (keys: string[], totals: string) => `
      update ${totals} t set earnings = t.earnings + d.earnings, views = t.views + d.views, clip_count = t.clip_count + d.clips
      from (select ${keys.join(', ')}, sum(earnings)::bigint as earnings, sum(views)::bigint as views, sum(clips)::bigint as clips
            from (CHANGED) changed group by ${keys.join(', ')} order by ${keys.join(', ')}) d
      where ${keys.map((key) => `t.${key} = d.${key}`).join(' and ')} and (d.earnings, d.views, d.clips) <> (0, 0, 0);`;
    this.perEvent('clip', 'keep_clip_totals', rows, apply);
  }

  private keepSubmissionTotals(): void {
    const rows = (table: string, sign: string) => `select campaign_id, clipper_id, status, ${sign}1 as n from ${table}`;
    const apply = (keys: string[], totals: string) => `
      update ${totals} t set ${STATUS_COUNTS.map((each) => `${each} = t.${each} + d.${each}`).join(', ')}
      from (select ${keys.join(', ')}, ${STATUS_COUNTS.map((each) => `coalesce(sum(n) filter (where status = '${each.toUpperCase()}'), 0)::bigint as ${each}`).join(', ')}
            from (CHANGED) changed group by ${keys.join(', ')} order by ${keys.join(', ')}) d
      where ${keys.map((key) => `t.${key} = d.${key}`).join(' and ')} and (${STATUS_COUNTS.map((each) => `d.${each}`).join(', ')}) <> (0, 0, 0, 0);`;
    const first = `
      insert into clipper_totals (clipper_id, campaign_id, earnings, views, clip_count, pending, approved, rejected, withdrawn)
      select distinct clipper_id, campaign_id, 0, 0, 0, 0, 0, 0, 0 from new_rows order by 1, 2 on conflict do nothing;`;
    this.perEvent('clip_submission', 'keep_submission_totals', rows, apply, first);
  }

  /** A transition table exists only for its own event, so each event has a function and a trigger. */
  private perEvent(
    table: string,
    name: string,
    rows: (table: string, sign: string) => string,
    apply: (keys: string[], totals: string) => string,
    beforeInsert = '',
  ): void {
    const events = [
      { event: 'insert', changed: rows('new_rows', ''), referencing: 'new table as new_rows', first: beforeInsert },
      {
        event: 'update',
        changed: `${rows('new_rows', '')} union all ${rows('old_rows', '-')}`,
        referencing: 'old table as old_rows new table as new_rows',
        first: '',
      },
      { event: 'delete', changed: rows('old_rows', '-'), referencing: 'old table as old_rows', first: '' },
    ];
    for (const { event, changed, referencing, first } of events) {
      const body = [apply(['campaign_id'], 'campaign_totals'), apply(['campaign_id', 'clipper_id'], 'clipper_totals')];
      this.addSql(`
        create function ${name}_on_${event}() returns trigger language plpgsql as $$
        begin ${first} ${body.join('').replaceAll('CHANGED', changed)} return null; end $$`);
      this.addSql(`
        create trigger ${name}_on_${event} after ${event} on ${table}
        referencing ${referencing} for each statement execute function ${name}_on_${event}()`);
    }
  }

  /** Only a trigger may write totals: a statement of our own arrives here at depth 1. */
  private guardTotals(): void {
    this.addSql(`
      create function refuse_writing_totals() returns trigger language plpgsql as $$
      begin
        if pg_trigger_depth() < 2 then
          raise exception '% is kept by the database and written by nobody', tg_table_name using errcode = '42501';
        end if;
        return coalesce(new, old);
      end $$`);
    for (const table of ['campaign_totals', 'clipper_totals']) {
      this.addSql(`
        create trigger ${table}_guarded before insert or update or delete on ${table}
        for each row execute function refuse_writing_totals()`);
    }
  }

  /** C5: spent <= budget, whichever of the two changes. Both changes hold the campaign's lock, so neither can slip past. */
  private keepWithinBudget(): void {
    this.addSql(`
      create function refuse_overspending() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from campaign c join campaign_totals t on t.campaign_id = c.id
                   where c.id = (to_jsonb(new) ->> tg_argv[0])::uuid and t.earnings > c.budget) then
          raise exception 'spent would exceed the budget' using errcode = '23514', constraint = 'spent_within_budget';
        end if;
        return null;
      end $$`);
    this.addSql(`
      create trigger campaign_totals_within_budget after update of earnings on campaign_totals
      for each row execute function refuse_overspending('campaign_id')`);
    this.addSql(`
      create trigger campaign_within_budget after update of budget on campaign
      for each row execute function refuse_overspending('id')`);
  }

  private refuseChanges(): void {
    this.addSql(`
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is only added to: % is refused', tg_table_name, tg_op using errcode = '42501';
      end $$`);
    for (const table of ['view_tracking', 'earning_entry', 'campaign_event', 'audit_event']) {
      this.addSql(`
        create trigger ${table}_only_added before update or delete or truncate on ${table}
        for each statement execute function refuse_change()`);
    }
  }
}
