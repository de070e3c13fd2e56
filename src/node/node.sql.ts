import { type RawBuilder, sql } from 'kysely';
import { database, type EntityManager } from '../infra/database/database.js';
import type { NodeKind } from './node-kinds.js';

/** Looks ids up in every table at once, by its key: of which type each is. Those that there are not are left out. */
export async function findTypes(
  em: EntityManager,
  kinds: Readonly<Record<string, NodeKind>>,
  ids: readonly string[],
): Promise<{ id: string; type: string }[]> {
  const asked = sql`any(${ids as string[]}::uuid[])`;
  const parts = Object.entries(kinds).map(([type, { table, column = 'id' }]): RawBuilder<unknown> => {
    const key = sql.ref(column);
    return sql`select ${sql.lit(type)} as type, ${key} as id from ${sql.table(table)} where ${key} = ${asked}`;
  });
  const { rows } = await sql<{ id: string; type: string }>`${sql.join(parts, sql` union all `)}`.execute(database(em));
  return rows;
}
