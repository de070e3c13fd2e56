import { sql } from 'kysely';
import pg from 'pg';
import { database, type EntityManager } from '../../src/infra/database/database.js';
import { prepareStatements } from '../../src/infra/database/prepared-statements.js';
import { inTransaction } from '../../src/infra/database/transaction.js';
import { JobSlot } from '../../src/infra/queue/job-slot.entity.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const read = async (em: EntityManager) =>
  (await sql<Record<string, unknown>>`select * from job_slot where job = ${'some job'}`.execute(database(em))).rows;

test('a statement that is sent again and again is planned once on its connection', async () => {
  for (let times = 0; times < 5; times += 1) await read(db.orm.em.fork());
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from pg_prepared_statements where statement like ${'%from job_slot where job%'}`.execute(
    database(db.orm.em.fork()),
  );
  expect(rows[0]?.count).toBe(1n);
});

test('what MikroORM sends with its values in it is not kept: no plan, and no personal value, for each row', async () => {
  for (let slot = 0; slot < 3; slot += 1) {
    const em = db.orm.em.fork();
    em.persist(em.create(JobSlot, { job: 'personal', slot: new Date(slot), takenAt: new Date() }));
    await em.flush();
  }
  const { rows } = await sql`select 1 from pg_prepared_statements where statement like ${`%${'personal'}%`}`.execute(
    database(db.orm.em.fork()),
  );
  expect(rows).toEqual([]);
});

test('a table that changes beside us, as in an upgrade, breaks no statement: neither alone nor in a transaction', async () => {
  await db.query("insert into job_slot values ('some job', now(), now())");
  expect(Object.keys((await read(db.orm.em.fork()))[0] ?? {})).not.toContain('addedLater');
  await db.query('alter table job_slot add column added_later int');
  expect(Object.keys((await read(db.orm.em.fork()))[0] ?? {})).toContain('addedLater');
  await db.query('alter table job_slot add column added_last int');
  const rows = await inTransaction(db.orm.em, async (em) => read(em));
  expect(Object.keys(rows[0] ?? {})).toContain('addedLast');
});

test('of a connection’s statements the least recently used goes, and comes back when it is asked for again', async () => {
  const pool = new pg.Pool({ connectionString: db.url, max: 1 });
  prepareStatements(pool, 3);
  const ask = async (text: string) => (await pool.query(`select '${text}' as answer, $1::int`, [1])).rows[0].answer;
  const kept = async () => {
    const { rows } = await pool.query('select statement from pg_prepared_statements');
    return rows.map(({ statement }) => /'(\w)'/.exec(statement)?.[1]).toSorted();
  };
  for (const text of ['a', 'b', 'c', 'a', 'd']) expect(await ask(text)).toBe(text);
  expect(await kept()).toEqual(['a', 'c', 'd']);
  expect(await ask('b')).toBe('b');
  expect(await kept()).toEqual(['a', 'b', 'd']);
  await pool.end();
});

test('a statement that goes in a transaction does not fail it, whether it was ever kept or not', async () => {
  const pool = new pg.Pool({ connectionString: db.url, max: 1 });
  prepareStatements(pool, 1);
  const client = await pool.connect();
  await expect(client.query('select nothing from nowhere where 1 = $1', [1])).rejects.toThrow('nowhere');
  await client.query('begin');
  for (const text of ['x', 'y']) await client.query(`select '${text}', $1::int`, [1]);
  await expect(client.query('select 1 / $1::int', [0])).rejects.toThrow('division');
  await expect(client.query("select 'z', $1::int", [1])).rejects.toThrow('aborted');
  await client.query('rollback');
  for (const text of ['x', 'y', 'z', 'y']) await client.query(`select '${text}', $1::int`, [1]);
  client.release();
  await pool.end();
});
