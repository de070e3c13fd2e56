import { sql } from 'kysely';
import { newestFirst } from '../infra/graphql/connection.js';
import { defineLoader } from '../infra/graphql/loader.js';
import { defineNestedConnection } from '../infra/graphql/nested-connections.js';
import { inOrderOf } from '../shared/batching.js';
import { countEntries, findEntries, findEntryPages, findFromReadings } from './earnings.sql.js';
import type { EarningEntry } from './settlement/earning-entry.entity.js';
import { findEarningFacts } from './why-not-earning.sql.js';

export const entriesOfClip = defineNestedConnection<EarningEntry, { requested: string[] }>({
  name: 'entries of a clip',
  order: newestFirst(sql`e.id`),
  rows: (em, clipIds, slice, { requested }) => findEntryPages(em, clipIds, slice, requested),
  counts: (em, clipIds) => countEntries(em, clipIds),
});

export const earningFactsOfClip = defineLoader('earning facts of a clip', async (em, ids: readonly string[]) =>
  inOrderOf(ids, await findEarningFacts(em, ids), (row) => row.clipId, null),
);

export const entryById = defineLoader<EarningEntry | null>('entry by id', async (em, ids) =>
  inOrderOf(ids, await findEntries(em, ids), (entry) => entry.id, null),
);

/** Where an entry begins: the reading before it, and the baseline. */
export const originOfEntry = defineLoader('origin of an entry', async (em, ids: readonly string[]) =>
  inOrderOf(ids, await findFromReadings(em, ids), (row) => row.entryId, null),
);
