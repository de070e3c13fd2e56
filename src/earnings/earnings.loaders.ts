import { sql } from 'kysely';
import { defineChildPages } from '../infra/child-pages.js';
import { newestFirst } from '../infra/connection.js';
import { defineLoader } from '../infra/loader.js';
import { inOrderOf } from '../shared/batching.js';
import type { EarningEntry } from './earning-entry.entity.js';
import { countEntries, findEntryPages, findFromReadings } from './earnings.sql.js';

export const entriesOfClip = defineChildPages<EarningEntry, { demands: string[] }>({
  name: 'entries of a clip',
  order: newestFirst(sql`e.id`),
  rows: (em, clipIds, slice, { demands }) => findEntryPages(em, clipIds, slice, demands),
  counts: (em, clipIds) => countEntries(em, clipIds),
});

/** Where an entry begins: the reading before it, and the baseline. */
export const originOfEntry = defineLoader('origin of an entry', async (em, ids: readonly string[]) =>
  inOrderOf(ids, await findFromReadings(em, ids), (row) => row.entryId, null),
);
