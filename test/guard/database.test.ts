import fs from 'node:fs';
import path from 'node:path';
import { Migration20261121000008_closed_to_others } from '../../migrations/Migration20261121000008_closed_to_others.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('entities and snapshot agree: a changed entity has its migration (npm run migration)', async () => {
  expect(await database.orm.migrator.checkSchema()).toBe(false);
});

test('a migrated database does not differ from the entities', async () => {
  expect(await database.orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
});

test('no column fell back to varchar(255): every property names its type', () => {
  const snapshot = fs.readFileSync(path.join(import.meta.dirname, '..', '..', 'migrations', 'snapshot.json'), 'utf8');
  expect(snapshot).not.toContain('varchar');
});

test('the triggers are those that the laws need', async () => {
  const rows = await database.query<{ name: string }>(
    "select c.relname || ' ' || t.tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and n.nspname = 'public' order by 1",
  );
  expect(rows.map((row) => row.name)).toMatchSnapshot();
});

test('the partial indexes are those that the laws need', async () => {
  const rows = await database.query<{ definition: string }>(
    "select pg_get_indexdef(indexrelid) as definition from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where i.indpred is not null and n.nspname = 'public' order by 1",
  );
  expect(rows.map((row) => row.definition)).toMatchSnapshot();
});

const ONLY_ADDED = {
  view_tracking: 'id',
  earning_entry: 'id',
  campaign_event: 'id',
  audit_event: 'id',
  clips_without_reading: 'event_id',
  audit_start: 'campaign_id',
  law_start: 'law',
};
test.each(Object.entries(ONLY_ADDED))(
  '%s is only added to: the database refuses UPDATE, DELETE and TRUNCATE',
  async (table, key) => {
    for (const statement of [
      `update ${table} set ${key} = ${key}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      await expect(database.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
  },
);

test.each(['campaign_totals', 'clipper_totals'])('%s is kept by the database: nobody else writes it', async (table) => {
  const columns = table === 'campaign_totals' ? 'campaign_id' : 'clipper_id, campaign_id';
  const values = table === 'campaign_totals' ? 'gen_random_uuid()' : 'gen_random_uuid(), gen_random_uuid()';
  await expect(
    database.query(
      `insert into ${table} (${columns}, earnings, views, clip_count, pending, approved, rejected, withdrawn) values (${values}, 1, 1, 1, 1, 1, 1, 1)`,
    ),
  ).rejects.toMatchObject({ code: '42501' });
});

test('C6 a campaign that ends by completed_at alone, as version 0.1.0 ends it, has its earnings available since then', async () => {
  const at = '2026-11-24T08:00:00.000Z';
  const id = '00000000-0000-7000-8000-000000000001';
  await database.query(
    `insert into campaign (id, title, description, status, budget, cpm, platforms, requirements, min_views, created_at)
     values ($1, 't', '', 'ACTIVE', 10000, 1000, '{TIKTOK}', '{}', 0, now())`,
    [id],
  );
  await database.query("update campaign set status = 'CANCELLED', completed_at = $2 where id = $1", [id, at]);
  const [row] = await database.query('select earnings_available_at as at from campaign where id = $1', [id]);
  expect(row).toEqual({ at: new Date(at) });
  const refused = [
    'update campaign set earnings_available_at = null',
    "update campaign set earnings_available_at = completed_at - interval '1 s'",
    "update campaign set status = 'ACTIVE', completed_at = null",
  ];
  for (const statement of refused) await expect(database.query(statement)).rejects.toMatchObject({ code: '23514' });
});

test('a hosting platform that shows tables to the world by roles of its own shows none of ours', async () => {
  const [{ name } = { name: '' }] = await database.query<{ name: string }>('select current_database() as name');
  await database.query(
    `do $$ begin if not exists (select from pg_roles where rolname = 'anon') then create role anon; end if; end $$`,
  );
  await database.query(`grant all on all tables in schema public to anon`);
  await database.query('drop index audit_event_admin_by_email_once');
  const migration = new Migration20261121000008_closed_to_others(null as never, null as never);
  migration.up();
  for (const query of migration.getQueries()) await database.query(String(query));
  const shown = await database.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and (has_table_privilege('anon', oid, 'select') or has_table_privilege('anon', oid, 'update'))`,
  );
  // Roles belong to the whole server: none is left behind on one that is somebody's.
  await database.query('drop owned by anon');
  await database.query('drop role anon').catch(() => undefined);
  expect([name.startsWith('t_'), shown]).toEqual([true, []]);
});
