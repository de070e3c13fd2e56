import { inTransaction } from '../../src/infra/database/transaction.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query('create table account (id int primary key, amount int not null)');
  await database.query('insert into account values (1, 0), (2, 0)');
});
afterAll(() => database.drop());

const add = (first: number, second: number) =>
  inTransaction(database.orm.em, async (em) => {
    await em.execute('update account set amount = amount + 1 where id = ?', [first]);
    await em.execute('select pg_sleep(0.3)');
    await em.execute('update account set amount = amount + 1 where id = ?', [second]);
  });

test('a deadlock is tried again from the start, and each transaction counts once', async () => {
  await Promise.all([add(1, 2), add(2, 1)]);
  expect(await database.query('select amount from account order by id')).toEqual([{ amount: 2 }, { amount: 2 }]);
});

test('any other failure is not repeated and leaves nothing', async () => {
  let tries = 0;
  const failing = inTransaction(database.orm.em, async (em) => {
    tries += 1;
    await em.execute('update account set amount = 99 where id = 1');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(tries).toBe(1);
  expect(await database.query('select amount from account where id = 1')).toEqual([{ amount: 2 }]);
});

test('a transaction that can never be serialised is given up after four tries', async () => {
  let tries = 0;
  const failing = inTransaction(database.orm.em, async (em) => {
    tries += 1;
    await em.execute("do $$ begin raise exception 'again' using errcode = '40001'; end $$");
  });
  await expect(failing).rejects.toThrow('again');
  expect(tries).toBe(4);
});
