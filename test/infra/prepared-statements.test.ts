import { sql } from 'kysely';
import { database, type EntityManager } from '../../src/infra/database/database.js';
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
