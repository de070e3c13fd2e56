import { sql } from 'kysely';
import { defineChildPages } from '../infra/child-pages.js';
import { newestFirst } from '../infra/connection.js';
import type { EarningEntry } from './earning-entry.entity.js';
import { countEntries, findEntryPages } from './earnings.sql.js';

export const entriesOfClip = defineChildPages<EarningEntry, object>({
  name: 'entries of a clip',
  order: newestFirst(sql`e.id`),
  rows: (em, clipIds, slice) => findEntryPages(em, clipIds, slice),
  counts: (em, clipIds) => countEntries(em, clipIds),
});
