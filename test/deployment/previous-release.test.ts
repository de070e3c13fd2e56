import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** What the release before this one asked its database; made by keep-statements.mjs. */
const { release, statements } = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, 'previous-release.json'), 'utf8'),
) as { release: string; statements: string[] };

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Why the database refuses a statement before it is run; undefined when it takes it. */
async function refusalOf(statement: string): Promise<string | undefined> {
  try {
    await client.query(`prepare kept as ${statement}`);
    await client.query('deallocate kept');
    return undefined;
  } catch (error) {
    return `${(error as Error).message}: ${statement.slice(0, 300)}`;
  }
}

test(`a server of the release before this one (${release}) still finds all it asks for in the schema of this one`, async () => {
  expect(statements.length).toBeGreaterThan(200);
  const refused: string[] = [];
  for (const statement of statements) {
    const refusal = await refusalOf(statement);
    if (refusal) refused.push(refusal);
  }
  expect(refused).toEqual([]);
});

test('a row that the release before this one inserts lacks no column that this one needs', async () => {
  const needed = await database.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = 'public' and is_nullable = 'NO' and column_default is null and is_identity = 'NO' and is_generated = 'NEVER'`,
  );
  const lacking = statements.flatMap((statement) => {
    const [, table, columns] = /insert into "?(\w+)"? \(([^)]+)\)/i.exec(statement) ?? [];
    if (!table || !columns) return [];
    const given = new Set(columns.split(',').map((column) => column.trim().replaceAll('"', '')));
    return needed
      .filter((each) => each.table === table && !given.has(each.column))
      .map((each) => `${table}.${each.column}`);
  });
  expect([...new Set(lacking)]).toEqual([]);
});

test('a statement that asks for what is gone would be found', async () => {
  expect(await refusalOf('select id, no_such_column from campaign')).toContain('no_such_column');
});
